// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "aws/core/unnamed_file.hpp"
#include "cli/context.hpp"

namespace davit::commands::table {

/// A file of items. What came by standard input or a pipe can be read once, and is read more often: it waits in a temporary file.
struct ItemFile {
  std::filesystem::path path;
  std::string name;                                   ///< how messages call it
  std::shared_ptr<const UnnamedFile> kept = nullptr;  ///< instead of the file at the path
};

/// "-" is standard input.
Result<std::vector<ItemFile>> item_files(const cli::Context& context, const std::vector<std::string>& paths);

}  // namespace davit::commands::table
