// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "commands/image/file_tree.hpp"
#include "commands/image/layers.hpp"

namespace davit::commands::image {

/// What decides the bytecode of a tree beside its files, for a cache key. Empty where there is none to make.
std::string bytecode_key(const LayerContext& context);

/// Puts beside every Python file of the tree its compiled form, valid whatever times the layer's files have: Lambda's root is read-only, so
/// that what is not compiled here is compiled at every cold start. Compiled files that came with the tree are left out unless there is no
/// Python to compile with and Python itself would take them as they are; modules without a source stay when the image's Python can run
/// them.
///
/// `work` holds the new files for as long as the tree is used. Returns notices for the user.
Result<std::vector<std::string>> add_bytecode(FileTree& tree, const WorkFolder& work, const LayerContext& context);

}  // namespace davit::commands::image
