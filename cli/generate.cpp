// SPDX-License-Identifier: Apache-2.0
#include "cli/generate.hpp"

#include <filesystem>

#include "aws/core/file.hpp"
#include "cli/docs/completions.hpp"
#include "cli/docs/interface.hpp"
#include "cli/docs/man.hpp"
#include "cli/tree.hpp"

namespace davit::cli {
namespace {

Status write_pages(const std::filesystem::path& folder, const docs::CommandModel& command, const docs::CommandModel& root)
{
  DAVIT_TRY(write_file(folder / docs::man_file_name(command), docs::man_page(command, root)));
  for (const auto& sub : command.commands) {
    DAVIT_TRY(write_pages(folder, sub, root));
  }
  return {};
}

}  // namespace

Status generate(std::span<const char* const> arguments)
{
  if (arguments.size() != 1) {
    return fail(usage_error("__generate takes the folder to write to"));
  }
  const std::filesystem::path folder = arguments.front();
  std::error_code failed;
  std::filesystem::create_directories(folder / "man", failed);
  std::filesystem::create_directories(folder / "completions", failed);
  const Tree tree{Tree::Extent::named, [](std::string_view) { return true; }};
  const docs::CommandModel root = docs::model_of(tree.app, tree.registry);
  DAVIT_TRY(write_pages(folder / "man", root, root));
  DAVIT_TRY(write_file(folder / "completions/davit.bash", docs::bash_completion(root)));
  DAVIT_TRY(write_file(folder / "completions/_davit", docs::zsh_completion(root)));
  DAVIT_TRY(write_file(folder / "completions/davit.fish", docs::fish_completion(root)));
  return write_file(folder / "interface.json", dump_pretty(docs::interface_of(root)) + "\n");
}

}  // namespace davit::cli
