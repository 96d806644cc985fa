// SPDX-License-Identifier: Apache-2.0
#include "commands/image/bytecode.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "aws/core/file.hpp"
#include "commands/image/pyc.hpp"
#include "commands/image/python_compiler.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;

// Changes whenever the same sources would give other bytecode.
constexpr int k_bytecode_version = 1;

bool is_compiled(const std::string& path)
{
  return path.ends_with(".pyc");
}

bool is_source(const std::string& path, const TreeFile& file)
{
  return path.ends_with(".py") && path.size() > path.rfind('/') + 1 + std::string_view(".py").size() && !file.link && !file.content;
}

/// Takes the compiled files out of a tree.
std::map<std::string, TreeFile> take_compiled(FileTree& tree)
{
  std::map<std::string, TreeFile> out;
  for (auto file = tree.files.begin(); file != tree.files.end();) {
    if (is_compiled(file->first)) {
      out.insert(tree.files.extract(file++));
    } else {
      ++file;
    }
  }
  return out;
}

std::vector<CompileJob> jobs_of(const FileTree& tree, const fs::path& folder)
{
  std::vector<CompileJob> jobs;
  for (const auto& [path, file] : tree.files) {
    if (is_source(path, file)) {
      jobs.push_back({.source = file.source, .target = folder / fmt::format("{}.pyc", jobs.size()), .name = "/" + path});
    }
  }
  return jobs;
}

/// True when one of the Pythons compiled the files.
Result<bool> compile(const std::vector<CompileJob>& jobs, const fs::path& folder, const LayerContext& context)
{
  for (const auto& python : compiling_pythons(context.base, context.project.handler->architecture, context.cache)) {
    DAVIT_TRY_ASSIGN(const bool done, compile_files(python, context.base.python->minor, jobs, folder));
    if (done) {
      return true;
    }
  }
  return false;
}

/// Adds what was compiled. What was not has a mistake in it, or is a template that only looks like Python.
std::vector<std::string> add_compiled(const std::vector<CompileJob>& jobs, int minor, FileTree& tree)
{
  std::vector<std::string> without;
  std::error_code error;
  for (const auto& job : jobs) {
    if (fs::exists(job.target, error)) {
      tree.files[pyc_path(job.name.substr(1), minor)] = {.source = job.target};
    } else {
      without.push_back(job.name);
    }
  }
  if (without.empty()) {
    return {};
  }
  return {fmt::format("{} of {} Python files cannot be compiled by Python 3.{}, and fail when imported: {}{}", without.size(), jobs.size(),
                      minor, without.front(), without.size() > 1 ? " and others" : "")};
}

/// The file with a header that outlives the layer's times, when Python would take it where it lies now.
Result<std::optional<std::string>> converted(const TreeFile& compiled, const TreeFile& source, int minor)
{
  DAVIT_TRY_ASSIGN(const std::string content, read_file(source.source));
  DAVIT_TRY_ASSIGN(const std::string pyc, read_file(compiled.source));
  struct stat info {
  };
  if (::stat(source.source.c_str(), &info) != 0) {
    return std::nullopt;
  }
  return with_unchecked_hash(pyc, {.content = content, .mtime = info.st_mtime}, minor);
}

/// Keeps what of the compiled files is valid; the number of them.
Result<std::size_t> keep_valid(const std::map<std::string, TreeFile>& compiled, int minor, FileTree& tree)
{
  std::size_t kept = 0;
  for (const auto& [path, file] : compiled) {
    const auto source_path = source_path_of(path, minor);
    const auto source = source_path ? tree.files.find(*source_path) : tree.files.end();
    if (file.link || source == tree.files.end() || !is_source(source->first, source->second)) {
      continue;
    }
    DAVIT_TRY_ASSIGN(auto pyc, converted(file, source->second, minor));
    if (pyc) {
      tree.files[path] = {.source = file.source, .content = std::move(*pyc)};
      ++kept;
    }
  }
  return kept;
}

/// Modules without a source: "name.pyc" where "name.py" would be.
Result<std::vector<std::string>> keep_sourceless(const std::map<std::string, TreeFile>& compiled, int minor, FileTree& tree)
{
  std::vector<std::string> notices;
  for (const auto& [path, file] : compiled) {
    const bool has_source = tree.files.contains(path.substr(0, path.size() - 1));
    if (file.link || has_source || path.find("/__pycache__/") != std::string::npos) {
      continue;
    }
    DAVIT_TRY_ASSIGN(const std::string pyc, read_file(file.source));
    if (runs_without_source(pyc, minor)) {
      tree.files[path] = file;
    } else {
      notices.push_back(fmt::format("left out /{}: a module without its source, compiled for another Python than 3.{}", path, minor));
    }
  }
  return notices;
}

std::string no_compiler_notice(std::size_t kept, const LayerContext& context)
{
  const int minor = context.base.python->minor;
  const std::string what = kept == 0 ? "no bytecode" : fmt::format("bytecode of {} files only, as it was found", kept);
  return fmt::format(
      "{}: {} compiles for Python 3.{}, so that each cold start compiles what it imports; put python3.{} on PATH and build with --refresh",
      what, context.base.image ? "neither the base's Python nor one here" : "no Python here", minor, minor);
}

}  // namespace

std::string bytecode_key(const LayerContext& context)
{
  if (context.project.handler->kind != cli::config::HandlerKind::python) {
    return "";
  }
  const auto& base = context.base;
  return fmt::format("bytecode {} 3.{} {}", k_bytecode_version, base.python->minor,
                     base.image ? base.image->manifest.config.digest : base.name);
}

Result<std::vector<std::string>> add_bytecode(FileTree& tree, const WorkFolder& work, const LayerContext& context)
{
  const int minor = context.base.python->minor;
  const auto compiled = take_compiled(tree);
  const fs::path folder = work.path() / "compiled";
  fs::create_directory(folder);
  const auto jobs = jobs_of(tree, folder);
  DAVIT_TRY_ASSIGN(auto notices, keep_sourceless(compiled, minor, tree));
  DAVIT_TRY_ASSIGN(const bool has_compiler, compile(jobs, folder, context));
  if (has_compiler) {
    const auto failed = add_compiled(jobs, minor, tree);
    notices.insert(notices.end(), failed.begin(), failed.end());
  } else {
    DAVIT_TRY_ASSIGN(const std::size_t kept, keep_valid(compiled, minor, tree));
    notices.push_back(no_compiler_notice(kept, context));
  }
  return notices;
}

}  // namespace davit::commands::image
