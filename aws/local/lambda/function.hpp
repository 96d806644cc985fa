// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::lambda {

inline constexpr const char* k_latest = "$LATEST";

/// What replaces the image's own settings: https://docs.aws.amazon.com/lambda/latest/api/API_ImageConfig.html
struct ImageOverrides {
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::string working_directory;
};

/// One function, as CreateFunction made it and the updates left it.
struct Function {
  std::string account;
  std::string region;
  std::string name;
  std::string role;
  std::string description;
  std::string image_uri;     ///< as the caller gave it
  std::string image_digest;  ///< "sha256:..." that it was resolved to
  std::string architecture = "x86_64";
  int timeout_s = 3;
  int memory_mb = 128;
  int ephemeral_storage_mb = 512;
  std::map<std::string, std::string> environment;
  ImageOverrides image;
  std::string log_group;      ///< "/aws/lambda/NAME" unless LoggingConfig says otherwise
  std::string last_modified;  ///< "2026-11-21T08:00:00.000+0000"
  std::string revision_id;    ///< changes with every update
  std::map<std::string, std::string> tags;

  [[nodiscard]] std::string arn() const;
  [[nodiscard]] Caller caller() const;  ///< account and region, for what the function writes
};

/// For the store, and back.
Json to_json(const Function& function);
Function function_from_json(const Json& document);

/// A FunctionConfiguration: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
Json configuration_document(const Function& function);

/// The answer of GetFunction.
Json function_document(const Function& function);

}  // namespace davit::aws::local::lambda
