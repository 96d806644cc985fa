// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "aws/local/fault.hpp"
#include "aws/local/lambda/zip_package.hpp"

namespace davit::aws::local::lambda {

/// The zip archives of functions and layers, by digest.
class CodeStore
{
public:
  explicit CodeStore(std::filesystem::path folder) : m_folder(std::move(folder)) {}

  /// Keeps an archive. Refuses, in Lambda's words, what is none, or is larger unzipped than Lambda takes.
  Answer<StoredArchive> add(std::string_view zip) const;

  [[nodiscard]] std::filesystem::path path_of(const StoredArchive& archive) const;

private:
  std::filesystem::path m_folder;
};

}  // namespace davit::aws::local::lambda
