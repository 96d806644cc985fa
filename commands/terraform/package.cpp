// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/package.hpp"

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::commands::terraform {
namespace {

namespace fs = std::filesystem;

Result<std::optional<Archive>> read_archive(const fs::path& file)
{
  std::error_code error;
  if (!fs::exists(file, error)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const std::string content, read_file(file));
  return Archive{.filename = fs::absolute(file).lexically_normal().string(), .source_code_hash = to_base64(aws::crypto::sha256(content))};
}

}  // namespace

Result<std::optional<Package>> read_package(const fs::path& folder)
{
  DAVIT_TRY_ASSIGN(auto function, read_archive(folder / "function.zip"));
  if (!function) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(auto layer, read_archive(folder / "layer.zip"));
  return Package{.function = std::move(*function), .layer = std::move(layer)};
}

}  // namespace davit::commands::terraform
