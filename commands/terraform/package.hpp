// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aws/core/result.hpp"

namespace davit::commands::terraform {

/// A zip archive for Lambda, with the hash that Terraform's filebase64sha256() gives it and Lambda's CodeSha256 shows.
struct Archive {
  std::string filename;  ///< absolute
  std::string source_code_hash;
};

/// What `image build` makes where handler.package is zip.
struct Package {
  Archive function;
  std::optional<Archive> layer;  ///< of the wheels, when there are any
};

/// The package in a folder of function.zip and perhaps layer.zip; nothing when it is not built.
Result<std::optional<Package>> read_package(const std::filesystem::path& folder);

}  // namespace davit::commands::terraform
