// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/lambda/zip_package.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::lambda {

inline constexpr const char* k_latest = "$LATEST";

/// What replaces the image's own settings: https://docs.aws.amazon.com/lambda/latest/api/API_ImageConfig.html
struct ImageOverrides {
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::string working_directory;
};

/// One version of a function: $LATEST as CreateFunction made it and the updates left it, or a published one, which never changes.
struct Function {
  std::string account;
  std::string region;
  std::string name;
  std::string version = k_latest;  ///< "7" of a published one
  std::string role;
  std::string description;
  std::string image_uri;     ///< as the caller gave it
  std::string image_digest;  ///< "sha256:..." that it was resolved to; of a zip package that of the package
  std::string architecture = "x86_64";
  int timeout_s = 3;
  int memory_mb = 128;
  int ephemeral_storage_mb = 512;
  std::map<std::string, std::string> environment;
  ImageOverrides image;
  std::optional<ZipPackage> package = {};  ///< in place of an image
  std::string log_group;                   ///< "/aws/lambda/NAME" unless LoggingConfig says otherwise
  std::string last_modified;               ///< "2026-11-21T08:00:00.000+0000"
  std::string revision_id;                 ///< changes with every update
  std::string deployment_id;               ///< changes with what an execution environment is made of: code and configuration
  std::string fingerprint;                 ///< of a published one: what content_digest said of $LATEST
  int last_version = 0;                    ///< of $LATEST: the number of the version that was published last; numbers are never used again
  std::map<std::string, std::string> tags;

  /// As Lambda shows it: hexadecimal of an image, base64 of a zip archive.
  [[nodiscard]] std::string code_sha256() const;
  [[nodiscard]] std::string arn() const;                                   ///< of the function, without the version
  [[nodiscard]] std::string arn_with(const std::string& qualifier) const;  ///< "...:function:NAME:QUALIFIER"
  [[nodiscard]] std::string version_arn() const { return arn_with(version); }
  [[nodiscard]] Caller caller() const;  ///< account and region, for what the function writes
};

/// For the store, and back.
Json to_json(const Function& function);
Function function_from_json(const Json& document);

/// Equal for two states of a function between which PublishVersion sees no change.
std::string content_digest(const Function& function);

/// A FunctionConfiguration: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
/// `arn` is the function's as the caller named it, with the qualifier if there was one.
Json configuration_document(const Function& function, const std::string& arn);

/// What the answer to a change shows: changes are made before they are answered, but as in AWS a caller learns of the end by asking again.
enum class Change { created, updated };
Json changing_document(const Function& function, const std::string& arn, Change change);

/// The answer of GetFunction.
Json function_document(const Function& function, const std::string& arn);

}  // namespace davit::aws::local::lambda
