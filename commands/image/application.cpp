// SPDX-License-Identifier: Apache-2.0
#include "commands/image/application.hpp"

#include <fmt/format.h>

#include "aws/core/spelling.hpp"
#include "commands/image/elf.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
using cli::config::Handler;
using cli::config::HandlerKind;

const std::string k_prefix = "var/task";

/// The Python files of the tree as dotted module names, for a suggestion.
std::vector<std::string> modules_of(const FileTree& tree)
{
  std::vector<std::string> modules;
  for (const auto& [path, unused] : tree.files) {
    if (path.ends_with(".py")) {
      std::string name = path.substr(k_prefix.size() + 1, path.size() - k_prefix.size() - 4);
      std::replace(name.begin(), name.end(), '/', '.');
      modules.push_back(std::move(name));
    }
  }
  return modules;
}

/// awslambdaric imports what stands before the last dot; slashes are taken for dots as well.
Status check_module(const Handler& handler, const FileTree& tree)
{
  const std::size_t dot = handler.entry.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == handler.entry.size()) {
    return fail(usage_error(fmt::format("handler.entry '{}' names no function of a module", handler.entry),
                            "expected module.function, such as app.main.handler"));
  }
  const std::string module = handler.entry.substr(0, dot);
  std::string path = k_prefix + "/" + module;
  std::replace(path.begin(), path.end(), '.', '/');
  if (tree.files.contains(path + ".py") || tree.files.contains(path + "/__init__.py")) {
    return {};
  }
  const auto suggestion = nearest(module, modules_of(tree));
  return fail(usage_error(
      fmt::format("handler.entry names the module '{}', but {} has no such file", module, handler.source),
      suggestion ? fmt::format("did you mean {}{}?", *suggestion, handler.entry.substr(dot))
                 : fmt::format("it would be {}/{}.py; see also .davitignore", handler.source, path.substr(k_prefix.size() + 1))));
}

Status check_executable(const Handler& handler, const FileTree& tree, const Base& base)
{
  const auto file = tree.files.find(k_prefix + "/" + handler.entry);
  if (file == tree.files.end()) {
    return fail(usage_error(fmt::format("handler.entry names '{}', which is not in {}", handler.entry, handler.source),
                            "build it first; see also .davitignore"));
  }
  const fs::path& path = file->second.source;
  if (file->second.link) {
    return fail(
        usage_error(fmt::format("{} is a link, which Lambda does not take as an entrypoint", path.string()), "copy the program there"));
  }
  const auto elf = read_elf(path);
  if (!elf) {
    return fail(usage_error(fmt::format("{} is no 64-bit ELF program", path.string()), "a native handler is a compiled executable"));
  }
  if (elf->architecture != handler.architecture) {
    return fail(
        usage_error(fmt::format("{} is not for {}", path.string(), name_of(handler.architecture)), "build it for handler.architecture"));
  }
  if (base.name == "scratch" && !elf->interpreter.empty()) {
    return fail(usage_error(fmt::format("{} needs the loader {}, and the base 'scratch' holds nothing", path.string(), elf->interpreter),
                            "link it statically (-static), or choose a base with the C library"));
  }
  return {};
}

/// The one name under which Lambda's provided runtimes start a program.
Status name_bootstrap(const Handler& handler, FileTree& tree)
{
  const std::string bootstrap = k_prefix + "/bootstrap";
  auto program = tree.files.extract(k_prefix + "/" + handler.entry);
  program.key() = bootstrap;
  if (const auto added = tree.files.insert(std::move(program)); !added.inserted) {
    return fail(usage_error(fmt::format("'{}' is to become 'bootstrap', and {} has a file of that name", handler.entry, handler.source),
                            "name the program by handler.entry: bootstrap, or remove the other one"));
  }
  return {};
}

}  // namespace

Result<FileTree> application_tree(const cli::config::Project& project, const Base& base)
{
  const Handler& handler = *project.handler;
  const fs::path source = project.directory / handler.source;
  DAVIT_TRY_ASSIGN(FileTree tree, collect_files(source, k_prefix, IgnoreRules::defaults(), ".davitignore"));
  if (handler.kind == HandlerKind::native) {
    DAVIT_TRY(check_executable(handler, tree, base));
    tree.files.at(k_prefix + "/" + handler.entry).executable = true;
    if (base.runtime != nullptr) {
      DAVIT_TRY(name_bootstrap(handler, tree));
    }
  } else {
    DAVIT_TRY(check_module(handler, tree));
  }
  return tree;
}

}  // namespace davit::commands::image
