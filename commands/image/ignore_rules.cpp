// SPDX-License-Identifier: Apache-2.0
#include "commands/image/ignore_rules.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <optional>
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

bool matches_name(const NamePattern& pattern, const std::string& name)
{
  return pattern.is_plain ? pattern.text == name : ::fnmatch(pattern.text.c_str(), name.c_str(), 0) == 0;
}

bool matches(std::span<const NamePattern> pattern, std::span<const std::string> names)
{
  if (pattern.empty()) {
    return names.empty();
  }
  if (pattern.front().text == "**") {
    // At the end it stands for at least one name: "a/**" is what lies in a, not a itself.
    if (pattern.size() == 1) {
      return !names.empty();
    }
    if (pattern.size() == 2 && pattern.back().is_plain) {
      return !names.empty() && pattern.back().text == names.back();
    }
    return matches(pattern.subspan(1), names) || (!names.empty() && matches(pattern, names.subspan(1)));
  }
  const bool is_last = pattern.size() == 1;
  return (is_last ? names.size() == 1 : !names.empty()) && matches_name(pattern.front(), names.front()) &&
         matches(pattern.subspan(1), names.subspan(1));
}

/// Past the bracket expression that starts at `open`; nothing when it does not end.
std::optional<std::size_t> end_of_bracket(std::string_view pattern, std::size_t open)
{
  std::size_t at = open + 1;
  at += at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^') ? 1 : 0;
  // A bracket in the first place is one of the characters.
  for (bool is_first = true; at < pattern.size(); is_first = false) {
    if (pattern[at] == ']' && !is_first) {
      return at + 1;
    }
    const bool is_class = pattern.substr(at).starts_with("[:");
    const std::size_t class_end = is_class ? pattern.find(":]", at + 2) : std::string_view::npos;
    at = class_end != std::string_view::npos ? class_end + 2 : at + (pattern[at] == '\\' ? 2 : 1);
  }
  return std::nullopt;
}

/// What git takes for no pattern at all: a bracket that is not closed, a backslash with nothing behind it. The C library would take them
/// for themselves.
bool is_broken(std::string_view pattern)
{
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '\\') {
      at += 2;
      if (at > pattern.size()) {
        return true;
      }
    } else if (pattern[at] == '[') {
      const auto end = end_of_bracket(pattern, at);
      if (!end) {
        return true;
      }
      at = *end;
    } else {
      ++at;
    }
  }
  return false;
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

NamePattern::NamePattern(std::string pattern) : text(std::move(pattern)), is_plain(text.find_first_of("*?[\\") == std::string::npos) {}

IgnoreRules IgnoreRules::defaults()
{
  IgnoreRules rules;
  rules.add(k_defaults);
  return rules;
}

void IgnoreRules::add(std::string_view lines, std::string_view folder)
{
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  lines.remove_prefix(lines.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0);
  const auto names = folder.empty() ? std::vector<std::string>{} : split(folder);
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    add_line(trimmed(lines.substr(0, end)), names);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void IgnoreRules::add_line(std::string_view line, const std::vector<std::string>& folder)
{
  if (line.empty() || line.front() == '#') {
    return;
  }
  Rule rule{.folder = folder, .segments = {}};
  rule.negated = line.front() == '!';
  line.remove_prefix(rule.negated ? 1 : 0);
  rule.directories_only = line.ends_with('/');
  line.remove_suffix(rule.directories_only ? 1 : 0);
  // A slash at the start or in the middle ties the pattern to the source folder; any other matches at every depth.
  const bool anchored = line.find('/') != std::string_view::npos;
  line.remove_prefix(line.starts_with('/') ? 1 : 0);
  const auto names = split(line);
  if (std::any_of(names.begin(), names.end(), is_broken)) {
    return;
  }
  if (!anchored) {
    rule.segments.emplace_back("**");
  }
  for (const auto& name : names) {
    rule.segments.emplace_back(name);
  }
  m_rules.push_back(std::move(rule));
}

bool IgnoreRules::ignores(std::string_view path, bool is_directory) const
{
  const auto names = split(path);
  for (auto rule = m_rules.rbegin(); rule != m_rules.rend(); ++rule) {
    const bool is_below = names.size() > rule->folder.size() && std::equal(rule->folder.begin(), rule->folder.end(), names.begin());
    if (is_below && (is_directory || !rule->directories_only) && matches(rule->segments, std::span(names).subspan(rule->folder.size()))) {
      return !rule->negated;
    }
  }
  return false;
}

}  // namespace davit::commands::image
