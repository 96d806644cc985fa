// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/result.hpp"
#include "cli/config/project.hpp"
#include "commands/image/base.hpp"
#include "commands/image/file_tree.hpp"

namespace davit::commands::image {

/// The files of `handler.source` under /var/task, less what IgnoreRules::defaults() and the .davitignore files in it name. What could not
/// start is refused here instead of at the first invocation: a Python handler whose module is not among the files, a native one that is no
/// executable for the architecture, or that needs a loader which the base has not. In a zip package the native program is named
/// `bootstrap`.
Result<FileTree> application_tree(const cli::config::Project& project, const Base& base);

}  // namespace davit::commands::image
