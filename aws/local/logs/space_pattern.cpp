// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "aws/local/logs/comparison.hpp"
#include "aws/local/logs/filter_pattern.hpp"

/// [ip, user, ..., status = 4* || status = 5*, bytes > 1000]:
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
namespace davit::aws::local::logs {
namespace {

using Parts = std::vector<std::string_view>;

std::string_view trim(std::string_view text)
{
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// What stands in brackets or quotation marks is one field.
Parts fields_of(std::string_view message)
{
  Parts fields;
  while (true) {
    message.remove_prefix(std::min(message.find_first_not_of(" \n"), message.size()));
    if (message.empty()) {
      return fields;
    }
    const char closing = message[0] == '[' ? ']' : message[0] == '"' ? '"' : '\0';
    const auto end = closing == '\0' ? std::string_view::npos : message.find(closing, 1);
    const std::size_t start = end == std::string_view::npos ? 0 : 1;
    const auto stop = start == 1 ? end : std::min(message.find_first_of(" \n"), message.size());
    fields.push_back(message.substr(start, stop - start));
    message.remove_prefix(stop + start);
  }
}

/// At every separator that stands in no quotation marks, regular expression or parentheses.
Parts split(std::string_view text, std::string_view separator)
{
  Parts parts;
  char quote = '\0';
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != '\0') {
      quote = text[i] == quote ? '\0' : quote;
    } else if (text[i] == '"' || text[i] == '%') {
      quote = text[i];
    } else if (text[i] == '(' || text[i] == ')') {
      depth += text[i] == '(' ? 1 : -1;
    } else if (depth == 0 && text.substr(i).starts_with(separator)) {
      parts.push_back(trim(text.substr(start, i - start)));
      start = i + separator.size();
      i = start - 1;
    }
  }
  parts.push_back(trim(text.substr(start)));
  return parts;
}

Answer<FilterPattern> text_test(std::string_view operand, bool wanted)
{
  if (operand.size() >= 2 && operand.starts_with('%') && operand.ends_with('%')) {
    DAVIT_ANSWER_ASSIGN(const auto expression, regular_expression(std::string(operand.substr(1, operand.size() - 2))));
    return [expression, wanted](std::string_view field) { return expression(field) == wanted; };
  }
  return [text = std::string(operand), wanted](std::string_view field) { return matches_wildcard(text, field) == wanted; };
}

/// "status >= 400"; a name alone takes any field.
Answer<FilterPattern> parse_comparison(std::string_view text)
{
  const auto start = text.find_first_of("!=<>");
  const auto name = trim(text.substr(0, start));
  if (name.empty() || name.find(' ') != std::string_view::npos) {
    return invalid_pattern(fmt::format("\"{}\" is no name of a field", name));
  }
  if (start == std::string_view::npos) {
    return [](std::string_view) { return true; };
  }
  const auto end = text.find_first_not_of("!=<>", start);
  const std::string comparison(text.substr(start, end - start));
  const auto operand = trim(text.substr(std::min(end, text.size())));
  if (!is_comparison(comparison) || operand.empty()) {
    return invalid_pattern(fmt::format("\"{}\" is no comparison", text));
  }
  if (operand.size() >= 2 && operand.starts_with('"') && operand.ends_with('"') && (comparison == "=" || comparison == "!=")) {
    return text_test(operand.substr(1, operand.size() - 2), comparison == "=");
  }
  if (const auto number = number_of(operand)) {
    return [comparison, right = *number](std::string_view field) {
      const auto left = number_of(field);
      return left && compare(*left, comparison, right);
    };
  }
  if (comparison != "=" && comparison != "!=") {
    return invalid_pattern(fmt::format("{} needs a number", comparison));
  }
  return text_test(operand, comparison == "=");
}

Answer<FilterPattern> parse_condition(std::string_view text)
{
  for (const std::string_view connective : {"||", "&&"}) {
    const Parts parts = split(text, connective);
    if (parts.size() == 1) {
      continue;
    }
    std::vector<FilterPattern> conditions;
    for (const auto part : parts) {
      DAVIT_ANSWER_ASSIGN(auto condition, parse_condition(part));
      conditions.push_back(std::move(condition));
    }
    return [conditions, any = connective == "||"](std::string_view field) {
      const auto holds = [&](const FilterPattern& condition) { return condition(field); };
      return any ? std::any_of(conditions.begin(), conditions.end(), holds) : std::all_of(conditions.begin(), conditions.end(), holds);
    };
  }
  if (text.starts_with('(') && text.ends_with(')')) {
    return parse_condition(trim(text.substr(1, text.size() - 2)));
  }
  return parse_comparison(text);
}

/// The fields before and behind the ellipsis; without one, `behind` is empty and the numbers must agree.
struct SpacePattern {
  std::vector<FilterPattern> before;
  std::vector<FilterPattern> behind;
  bool has_ellipsis = false;

  [[nodiscard]] bool matches(std::string_view message) const
  {
    const Parts fields = fields_of(message);
    const auto named = before.size() + behind.size();
    if (has_ellipsis ? fields.size() < named : fields.size() != named) {
      return false;
    }
    const auto holds = [](const FilterPattern& condition, std::string_view field) { return condition(field); };
    return std::equal(before.begin(), before.end(), fields.begin(), holds) &&
           std::equal(behind.begin(), behind.end(), fields.end() - static_cast<std::ptrdiff_t>(behind.size()), holds);
  }
};

}  // namespace

Answer<FilterPattern> parse_space_pattern(std::string_view text)
{
  text = trim(text);
  if (!text.ends_with(']')) {
    return invalid_pattern("a closing ] is missing");
  }
  SpacePattern pattern;
  for (const auto part : split(text.substr(1, text.size() - 2), ",")) {
    if (part.empty() || (part == "..." && pattern.has_ellipsis)) {
      return invalid_pattern(part.empty() ? "a field is missing" : "there can be one ellipsis only");
    }
    if (part == "...") {
      pattern.has_ellipsis = true;
      continue;
    }
    DAVIT_ANSWER_ASSIGN(auto condition, parse_condition(part));
    (pattern.has_ellipsis ? pattern.behind : pattern.before).push_back(std::move(condition));
  }
  return [pattern = std::move(pattern)](std::string_view message) { return pattern.matches(message); };
}

}  // namespace davit::aws::local::logs
