// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/suite_files.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <optional>
#include <set>

namespace davit::commands::workflow::smoke {
namespace {

/// The files that a pattern matches, by name; nothing when there are none.
std::vector<std::filesystem::path> matching(const std::filesystem::path& pattern)
{
  glob_t found{};
  std::vector<std::filesystem::path> out;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return out;
}

/// Adds the problems of one more file, as one error of all.
void merge(std::optional<Error>& all, Error error)
{
  if (!all) {
    all = std::move(error);
    return;
  }
  for (Error* const one : {&*all, &error}) {
    if (one->diagnostics.empty()) {
      one->diagnostics.push_back({.message = one->message});
    }
  }
  all->message = "there are mistakes in several smoke suites";
  all->diagnostics.insert(all->diagnostics.end(), error.diagnostics.begin(), error.diagnostics.end());
}

}  // namespace

Result<std::vector<std::filesystem::path>> suites_of_project(const cli::config::Project& project)
{
  std::set<std::filesystem::path> files;
  for (const auto& pattern : project.smoke) {
    const auto found = matching(project.directory / pattern);
    if (found.empty()) {
      return fail(
          usage_error(fmt::format("no smoke suite matches '{}'", pattern), "write one, or take the pattern out of `smoke` in davit.yaml"));
    }
    files.insert(found.begin(), found.end());
  }
  return std::vector<std::filesystem::path>(files.begin(), files.end());
}

Result<std::vector<std::filesystem::path>> suites_named(const std::vector<std::filesystem::path>& names)
{
  std::vector<std::filesystem::path> out;
  for (const auto& name : names) {
    const auto found = std::filesystem::exists(name) ? std::vector{name} : matching(name);
    if (found.empty()) {
      return fail(usage_error(fmt::format("there is no smoke suite {}", name.string())));
    }
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

Result<std::vector<Suite>> read_suites(const std::vector<std::filesystem::path>& files, const Surroundings& surroundings)
{
  std::vector<Suite> suites;
  std::optional<Error> problems;
  for (const auto& file : files) {
    auto suite = read_suite(file, surroundings);
    if (suite) {
      suites.push_back(std::move(*suite));
    } else {
      merge(problems, std::move(suite).error());
    }
  }
  return problems ? fail(std::move(*problems)) : Result<std::vector<Suite>>(std::move(suites));
}

}  // namespace davit::commands::workflow::smoke
