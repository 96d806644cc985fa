// SPDX-License-Identifier: Apache-2.0
#include "aws/local/logs/filter_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <regex>
#include <vector>

namespace davit::aws::local::logs {
namespace {

struct Term {
  enum class Role { required, optional, excluded };
  Role role = Role::required;
  FilterPattern matches;
};

bool is_word_character(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

FilterPattern contains(std::string phrase)
{
  return [phrase = std::move(phrase)](std::string_view message) { return message.find(phrase) != std::string_view::npos; };
}

/// Takes the text up to the closing delimiter; a backslash keeps the next character from closing it.
Answer<std::string> take_delimited(std::string_view& rest, char delimiter)
{
  std::string taken;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size() && rest[i + 1] == delimiter) {
      taken += rest[++i];
    } else if (rest[i] == delimiter) {
      rest.remove_prefix(i + 1);
      return taken;
    } else {
      taken += rest[i];
    }
  }
  return invalid_pattern(fmt::format("a closing {} is missing", delimiter));
}

Answer<FilterPattern> take_bare_term(std::string_view& rest)
{
  const auto end = std::min(rest.find(' '), rest.size());
  const auto word = rest.substr(0, end);
  if (!std::all_of(word.begin(), word.end(), is_word_character)) {
    return invalid_pattern(fmt::format("the term {} holds characters that need quotation marks around it", word));
  }
  rest.remove_prefix(end);
  return contains(std::string(word));
}

Answer<Term> take_term(std::string_view& rest)
{
  Term term;
  if (rest.starts_with('?') || rest.starts_with('-')) {
    term.role = rest[0] == '?' ? Term::Role::optional : Term::Role::excluded;
    rest.remove_prefix(1);
  }
  if (rest.empty() || rest[0] == ' ') {
    return invalid_pattern("a term is missing");
  }
  if (rest[0] == '"') {
    DAVIT_ANSWER_ASSIGN(auto phrase, take_delimited(rest, '"'));
    term.matches = contains(std::move(phrase));
  } else if (rest[0] == '%') {
    DAVIT_ANSWER_ASSIGN(const auto expression, take_delimited(rest, '%'));
    DAVIT_ANSWER_ASSIGN(term.matches, regular_expression(expression));
  } else {
    DAVIT_ANSWER_ASSIGN(term.matches, take_bare_term(rest));
  }
  return term;
}

bool is_optional(const Term& term)
{
  return term.role == Term::Role::optional;
}

/// Beside terms of the other roles the optional ones are ignored:
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
bool all_match(const std::vector<Term>& terms, std::string_view message)
{
  if (!terms.empty() && std::all_of(terms.begin(), terms.end(), is_optional)) {
    return std::any_of(terms.begin(), terms.end(), [&](const Term& term) { return term.matches(message); });
  }
  return std::all_of(terms.begin(), terms.end(),
                     [&](const Term& term) { return is_optional(term) || term.matches(message) == (term.role == Term::Role::required); });
}

Answer<FilterPattern> parse_terms(std::string_view rest)
{
  std::vector<Term> terms;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.empty()) {
      break;
    }
    DAVIT_ANSWER_ASSIGN(auto term, take_term(rest));
    terms.push_back(std::move(term));
  }
  return [terms = std::move(terms)](std::string_view message) { return all_match(terms, message); };
}

}  // namespace

tl::unexpected<Fault> invalid_pattern(std::string_view reason)
{
  return refuse("InvalidParameterException", fmt::format("Invalid filter pattern: {}", reason));
}

Answer<FilterPattern> regular_expression(const std::string& text)
{
  constexpr std::string_view k_symbols = ":_#=@/;,-^$?[]{}|\\*+.";
  const auto refused =
      std::find_if(text.begin(), text.end(), [&](char c) { return !is_word_character(c) && k_symbols.find(c) == std::string_view::npos; });
  if (refused != text.end()) {
    return invalid_pattern(fmt::format("a regular expression may not hold {}", *refused));
  }
  try {
    auto compiled = std::make_shared<std::regex>(text, std::regex::ECMAScript);
    return [compiled](std::string_view message) { return std::regex_search(message.begin(), message.end(), *compiled); };
  } catch (const std::regex_error& e) {
    return invalid_pattern(e.what());
  }
}

bool matches_wildcard(std::string_view pattern, std::string_view text)
{
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == text;
  }
  if (!text.starts_with(pattern.substr(0, star))) {
    return false;
  }
  pattern.remove_prefix(star + 1);
  for (text.remove_prefix(star);; text.remove_prefix(1)) {
    if (matches_wildcard(pattern, text)) {
      return true;
    }
    if (text.empty()) {
      return false;
    }
  }
}

Answer<FilterPattern> parse_filter_pattern(std::string_view text)
{
  const auto start = text.find_first_not_of(' ');
  const char first = start == std::string_view::npos ? '\0' : text[start];
  if (first == '{') {
    return parse_json_pattern(text.substr(start));
  }
  if (first == '[') {
    return parse_space_pattern(text.substr(start));
  }
  return parse_terms(text);
}

}  // namespace davit::aws::local::logs
