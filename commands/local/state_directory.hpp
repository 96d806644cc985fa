// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "cli/context.hpp"

namespace davit::commands::local {

/// The folder that `local` works on, absolute: --state, else `local` in the project's state folder.
std::filesystem::path state_directory(const cli::Context& context);

/// Makes the folder, readable by its owner only.
Status make_state_directory(const std::filesystem::path& directory);

}  // namespace davit::commands::local
