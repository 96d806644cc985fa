// SPDX-License-Identifier: Apache-2.0
#include "commands/local/state_directory.hpp"

#include <fmt/format.h>

namespace davit::commands::local {
namespace {

namespace fs = std::filesystem;

/// Beside the project file, which is the one named or davit.yaml here or above; else here.
fs::path project_directory(const cli::Globals& globals)
{
  if (!globals.project_file.empty()) {
    return fs::absolute(globals.project_file).parent_path();
  }
  const fs::path here = fs::current_path();
  for (fs::path folder = here; folder != folder.root_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / "davit.yaml")) {
      return folder;
    }
  }
  return here;
}

}  // namespace

fs::path state_directory(const cli::Context& context)
{
  const auto& globals = context.globals();
  const fs::path chosen = globals.state.empty() ? project_directory(globals) / ".davit" / "local" : fs::absolute(globals.state);
  const fs::path normal = chosen.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

Status make_state_directory(const fs::path& directory)
{
  std::error_code error;
  if (fs::create_directories(directory, error); error) {
    return fail(usage_error(fmt::format("cannot make the folder {}: {}", directory.string(), error.message()), "choose another one with --state"));
  }
  fs::permissions(directory, fs::perms::owner_all, error);
  return {};
}

}  // namespace davit::commands::local
