// SPDX-License-Identifier: Apache-2.0
#include "cli/config/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "aws/core/file.hpp"
#include "aws/core/spelling.hpp"
#include "cli/config/consistency.hpp"
#include "cli/config/read.hpp"
#include "cli/config/runtime.hpp"
#include "cli/yaml/reader.hpp"

namespace davit::cli::config {

namespace fs = std::filesystem;

const char* const k_project_file = "davit.yaml";

namespace {

/// The file as YAML, and what is wrong with it as such.
struct Source {
  fs::path file;
  yaml::Document document;
  std::vector<Diagnostic> problems;
};

Result<Source> parse_source(std::string_view text, const fs::path& file)
{
  Source source{.file = file, .document = {}, .problems = {}};
  DAVIT_TRY_ASSIGN(source.document, yaml::read(text, display_path(file), source.problems));
  if (source.document.root.kind == yaml::Kind::null) {
    return fail(usage_error(fmt::format("{} is empty", source.document.name),
                            "`davit init` writes a project; `davit config schema` describes its keys"));
  }
  return source;
}

std::vector<std::string> environments_of(const yaml::Node& root)
{
  std::vector<std::string> names;
  if (const yaml::Node* blocks = root.find("environments")) {
    for (const auto& member : blocks->members) {
      names.push_back(member.key.text);
    }
  }
  return names;
}

Error unknown_environment(const Source& source, const std::string& environment)
{
  auto known = environments_of(source.document.root);
  if (std::find(known.begin(), known.end(), "local") == known.end()) {
    known.emplace_back("local");
  }
  const auto near = nearest(environment, known);
  const std::string all = fmt::format("the environments are {}", fmt::join(known, ", "));
  return usage_error(fmt::format("{} defines no environment '{}'", source.document.name, environment),
                     near ? fmt::format("did you mean '{}'? {}", *near, all) : all);
}

/// The tree with that environment's block laid over it: `merged`, or the file's own where there is nothing to lay over it.
Result<const yaml::Node*> view_of(const Source& source, const std::string& environment, yaml::Node& merged)
{
  const yaml::Node& root = source.document.root;
  const yaml::Node* blocks = root.find("environments");
  const yaml::Node* block = blocks == nullptr ? nullptr : blocks->find(environment);
  if (block == nullptr && !environment.empty() && environment != "local") {
    return fail(unknown_environment(source, environment));
  }
  if (block == nullptr || block->kind != yaml::Kind::mapping || root.kind != yaml::Kind::mapping) {
    return &root;
  }
  merged = yaml::merge(root, *block);
  return &merged;
}

Origin origin_of(const Source& source, const Site& site)
{
  const yaml::Node& at = *site.value;
  return {.layer = at.overlay ? Origin::Layer::environment_block : Origin::Layer::project_file,
          .source = source.document.name,
          .line = at.line,
          .column = at.column};
}

/// What functions leave out is the handler's.
void inherit_from_handler(Project& project, const Sites& sites)
{
  for (auto& [key, function] : project.functions) {
    if (!project.handler) {
      return;
    }
    const auto given = [&, &name = key](std::string_view field) { return sites.count(fmt::format("functions.{}.{}", name, field)) > 0; };
    const auto inherit = [&, &name = key](std::string_view field, int& value, int handlers) {
      if (!given(field)) {
        value = handlers;
        const auto origin = project.origins.find(fmt::format("handler.{}", field));
        if (origin != project.origins.end()) {
          project.origins[fmt::format("functions.{}.{}", name, field)] = origin->second;
        }
      }
    };
    inherit("memory_mb", function.memory_mb, project.handler->memory_mb);
    inherit("timeout_s", function.timeout_s, project.handler->timeout_s);
    function.environment.insert(project.handler->environment.begin(), project.handler->environment.end());
  }
}

void choose_runtime(Project& project)
{
  if (project.handler && project.handler->package == PackageType::zip && project.handler->runtime.empty()) {
    project.handler->runtime = default_runtime(project.handler->kind);
  }
}

/// One view of the file as a model; its problems are appended.
Result<Project> read_view(const Source& source, const std::string& environment, std::vector<Diagnostic>& problems)
{
  yaml::Node merged;
  DAVIT_TRY_ASSIGN(const yaml::Node* const root, view_of(source, environment, merged));
  Project project;
  project.file = source.file;
  project.directory = source.file.parent_path();
  project.environment = environment;
  Reader reader{source.document, problems};
  reader.read_object(*root, root_fields(), &project, {});
  for (const auto& [path, site] : reader.sites()) {
    project.origins[path] = origin_of(source, site);
  }
  inherit_from_handler(project, reader.sites());
  choose_runtime(project);
  check_consistency(project, reader);
  return project;
}

void sort_and_merge(std::vector<Diagnostic>& problems)
{
  const auto rank = [](const Diagnostic& d) { return std::tie(d.line, d.column, d.message); };
  std::sort(problems.begin(), problems.end(), [&](const Diagnostic& a, const Diagnostic& b) { return rank(a) < rank(b); });
  problems.erase(
      std::unique(problems.begin(), problems.end(), [&](const Diagnostic& a, const Diagnostic& b) { return rank(a) == rank(b); }),
      problems.end());
}

Status no_problems(const Source& source, std::vector<Diagnostic> problems)
{
  if (problems.empty()) {
    return {};
  }
  sort_and_merge(problems);
  const std::size_t count = problems.size();
  Error error = usage_error(fmt::format("{} has {} error{}", source.document.name, count, count == 1 ? "" : "s"));
  error.diagnostics = std::move(problems);
  return fail(std::move(error));
}

}  // namespace

std::string display_path(const fs::path& file)
{
  std::error_code ignored;
  const std::string relative = fs::proximate(file, ignored).string();
  return relative.empty() || relative.size() > file.string().size() ? file.string() : relative;
}

std::optional<fs::path> find_project_file(const fs::path& from)
{
  std::error_code error;
  for (fs::path folder = fs::absolute(from, error); !error; folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / k_project_file, error)) {
      return folder / k_project_file;
    }
    error.clear();
    if (folder == folder.parent_path()) {
      break;
    }
  }
  return std::nullopt;
}

Result<Project> parse_project(std::string_view text, const fs::path& file, const std::string& environment)
{
  DAVIT_TRY_ASSIGN(const Source source, parse_source(text, file));
  std::vector<Diagnostic> problems = source.problems;
  DAVIT_TRY_ASSIGN(Project project, read_view(source, environment, problems));
  DAVIT_TRY(no_problems(source, std::move(problems)));
  return project;
}

Result<Project> load_project(const fs::path& file, const std::string& environment)
{
  DAVIT_TRY_ASSIGN(const std::string text, read_file(file));
  return parse_project(text, fs::absolute(file), environment);
}

Result<CheckedFile> check_project_file(const fs::path& file)
{
  DAVIT_TRY_ASSIGN(const std::string text, read_file(file));
  DAVIT_TRY_ASSIGN(const Source source, parse_source(text, fs::absolute(file)));
  CheckedFile checked{.environments = environments_of(source.document.root)};
  std::vector<Diagnostic> problems = source.problems;
  DAVIT_TRY(read_view(source, "", problems));
  for (const auto& environment : checked.environments) {
    DAVIT_TRY(read_view(source, environment, problems));
  }
  DAVIT_TRY(no_problems(source, std::move(problems)));
  return checked;
}

}  // namespace davit::cli::config
