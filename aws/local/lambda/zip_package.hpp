// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/fault.hpp"

namespace davit::aws::local::lambda {

/// A zip archive that was uploaded.
struct StoredArchive {
  std::string digest;               ///< "sha256:..."
  std::uint64_t size = 0;           ///< zipped
  std::uint64_t unzipped_size = 0;  ///< of all its files

  /// As CodeSha256 has it, in base64.
  [[nodiscard]] std::string code_sha256() const;
};

Json to_json(const StoredArchive& archive);
StoredArchive archive_from_json(const Json& document);

/// A version of a layer that a function uses.
struct UsedLayer {
  std::string arn;
  StoredArchive archive;
};

/// What a function is made of in place of an image: https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
struct ZipPackage {
  std::string runtime;  ///< "python3.12", "provided.al2023"
  std::string handler;
  StoredArchive code;
  std::vector<UsedLayer> layers;

  /// Names what all of it makes together: the same, the same file tree.
  [[nodiscard]] std::string digest() const;
  /// "3.12" of a Python runtime; nothing of another one.
  [[nodiscard]] std::optional<std::string> python_version() const;
};

Json to_json(const ZipPackage& package);
ZipPackage package_from_json(const Json& document);

/// Refuses by name a runtime that the local AWS does not run.
Answer<void> check_runtime(std::string_view runtime);

}  // namespace davit::aws::local::lambda
