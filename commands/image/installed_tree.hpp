// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "aws/core/result.hpp"
#include "cli/config/project.hpp"
#include "commands/image/file_tree.hpp"

namespace davit::commands::image {

/// What an installer left in a folder, made independent of the machine it ran on: the installer's own notes are left out, scripts start the
/// image's Python and do so in words of our own where entry_points.txt asks for them, and RECORD files say so in sorted lines, without the
/// compiled files of __pycache__. Refuses a library for another machine.
Result<FileTree> installed_tree(const std::filesystem::path& folder, const std::string& prefix, const std::string& interpreter,
                                cli::config::Architecture architecture);

}  // namespace davit::commands::image
