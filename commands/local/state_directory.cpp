// SPDX-License-Identifier: Apache-2.0
#include "commands/local/state_directory.hpp"

#include <fmt/format.h>

namespace davit::commands::local {

namespace fs = std::filesystem;

fs::path state_directory(const cli::Context& context)
{
  const auto& globals = context.globals();
  const fs::path chosen = globals.state.empty() ? context.state_directory() / "local" : fs::absolute(globals.state);
  const fs::path normal = chosen.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

Status make_state_directory(const fs::path& directory)
{
  std::error_code error;
  if (fs::create_directories(directory, error); error) {
    return fail(
        usage_error(fmt::format("cannot make the folder {}: {}", directory.string(), error.message()), "choose another one with --state"));
  }
  fs::permissions(directory, fs::perms::owner_all, error);
  return {};
}

}  // namespace davit::commands::local
