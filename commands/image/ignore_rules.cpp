// SPDX-License-Identifier: Apache-2.0
#include "commands/image/ignore_rules.hpp"

#include <fnmatch.h>

#include <span>

namespace davit::commands::image {
namespace {

constexpr std::string_view k_defaults = R"(
.git
.hg
.svn
.gitignore
.gitattributes
.gitlab-ci.yml
.davit
.davitignore
.terraform
.env
.env.*
.venv
venv
__pycache__
*.py[co]
.pytest_cache
.mypy_cache
.ruff_cache
.tox
.coverage
.idea
.vscode
*.swp
.DS_Store
)";

std::vector<std::string> split(std::string_view path)
{
  std::vector<std::string> names;
  while (true) {
    const std::size_t slash = path.find('/');
    names.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return names;
    }
    path.remove_prefix(slash + 1);
  }
}

bool matches(std::span<const std::string> pattern, std::span<const std::string> names)
{
  if (pattern.empty()) {
    return names.empty();
  }
  if (pattern.front() == "**") {
    // At the end it stands for at least one name: "a/**" is what lies in a, not a itself.
    if (pattern.size() == 1) {
      return !names.empty();
    }
    return matches(pattern.subspan(1), names) || (!names.empty() && matches(pattern, names.subspan(1)));
  }
  return !names.empty() && ::fnmatch(pattern.front().c_str(), names.front().c_str(), 0) == 0 &&
         matches(pattern.subspan(1), names.subspan(1));
}

std::string_view trimmed(std::string_view line)
{
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  while (line.ends_with(' ') && !line.ends_with("\\ ")) {
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace

IgnoreRules IgnoreRules::defaults()
{
  IgnoreRules rules;
  rules.add(k_defaults);
  return rules;
}

void IgnoreRules::add(std::string_view lines)
{
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    add_line(trimmed(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void IgnoreRules::add_line(std::string_view line)
{
  if (line.empty() || line.front() == '#') {
    return;
  }
  Rule rule;
  rule.negated = line.front() == '!';
  line.remove_prefix(rule.negated ? 1 : 0);
  rule.directories_only = line.ends_with('/');
  line.remove_suffix(rule.directories_only ? 1 : 0);
  // A slash at the start or in the middle ties the pattern to the source folder; any other matches at every depth.
  const bool anchored = line.find('/') != std::string_view::npos;
  line.remove_prefix(line.starts_with('/') ? 1 : 0);
  rule.segments = split(line);
  if (!anchored) {
    rule.segments.insert(rule.segments.begin(), "**");
  }
  m_rules.push_back(std::move(rule));
}

bool IgnoreRules::ignores(std::string_view path, bool is_directory) const
{
  const auto names = split(path);
  for (auto rule = m_rules.rbegin(); rule != m_rules.rend(); ++rule) {
    if ((is_directory || !rule->directories_only) && matches(rule->segments, names)) {
      return !rule->negated;
    }
  }
  return false;
}

}  // namespace davit::commands::image
