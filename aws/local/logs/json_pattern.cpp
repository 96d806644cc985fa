// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/logs/comparison.hpp"
#include "aws/local/logs/filter_pattern.hpp"

/// { $.selector OP value && ... }: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax-json.html
namespace davit::aws::local::logs {
namespace {

using Condition = std::function<bool(const Json& event)>;
using Test = std::function<bool(const Json& value)>;

/// A step of a selector: a member's name, an index, or every element.
struct Step {
  std::string member;
  std::optional<std::size_t> index;
  bool every = false;
};

bool any_selected(const Json& value, const std::vector<Step>& steps, std::size_t next, const Test& test)
{
  if (next == steps.size()) {
    return test(value);
  }
  const Step& step = steps[next];
  if (step.every) {
    return value.is_array() &&
           std::any_of(value.begin(), value.end(), [&](const Json& each) { return any_selected(each, steps, next + 1, test); });
  }
  if (step.index) {
    return value.is_array() && *step.index < value.size() && any_selected(value[*step.index], steps, next + 1, test);
  }
  const auto found = value.is_object() ? value.find(step.member) : value.end();
  return value.is_object() && found != value.end() && any_selected(*found, steps, next + 1, test);
}

class JsonPatternParser
{
public:
  explicit JsonPatternParser(std::string_view text) : m_rest(text) {}

  Answer<Condition> parse()
  {
    if (!take("{")) {
      return invalid_pattern("{ is missing");
    }
    DAVIT_ANSWER_ASSIGN(auto condition, parse_or());
    if (!take("}") || !(skip_space(), m_rest.empty())) {
      return invalid_pattern(fmt::format("}} is expected at \"{}\"", m_rest));
    }
    return condition;
  }

private:
  Answer<Condition> parse_or()
  {
    DAVIT_ANSWER_ASSIGN(Condition left, parse_and());
    while (take("||")) {
      DAVIT_ANSWER_ASSIGN(Condition right, parse_and());
      left = [left, right](const Json& event) { return left(event) || right(event); };
    }
    return left;
  }

  Answer<Condition> parse_and()
  {
    DAVIT_ANSWER_ASSIGN(Condition left, parse_primary());
    while (take("&&")) {
      DAVIT_ANSWER_ASSIGN(Condition right, parse_primary());
      left = [left, right](const Json& event) { return left(event) && right(event); };
    }
    return left;
  }

  Answer<Condition> parse_primary()
  {
    if (!take("(")) {
      return parse_comparison();
    }
    DAVIT_ANSWER_ASSIGN(auto inner, parse_or());
    if (!take(")")) {
      return invalid_pattern(") is missing");
    }
    return inner;
  }

  Answer<Condition> parse_comparison()
  {
    DAVIT_ANSWER_ASSIGN(auto steps, parse_selector());
    if (take_word("NOT")) {
      if (!take_word("EXISTS")) {
        return invalid_pattern("EXISTS is expected after NOT");
      }
      return Condition([steps](const Json& event) { return !any_selected(event, steps, 0, [](const Json&) { return true; }); });
    }
    DAVIT_ANSWER_ASSIGN(auto test, take_word("IS") ? parse_is() : parse_operator());
    return Condition([steps, test](const Json& event) { return any_selected(event, steps, 0, test); });
  }

  Answer<Test> parse_is()
  {
    if (take_word("NULL")) {
      return Test([](const Json& value) { return value.is_null(); });
    }
    const bool wanted = take_word("TRUE");
    if (!wanted && !take_word("FALSE")) {
      return invalid_pattern("NULL, TRUE or FALSE is expected after IS");
    }
    return Test([wanted](const Json& value) { return value.is_boolean() && value.get<bool>() == wanted; });
  }

  Answer<Test> parse_operator()
  {
    std::string comparison;
    for (const char* known : {"!=", "<=", ">=", "=", "<", ">"}) {
      if (take(known)) {
        comparison = known;
        break;
      }
    }
    if (comparison.empty()) {
      return invalid_pattern(fmt::format("an operator is expected at \"{}\"", m_rest));
    }
    bool quoted = false;
    DAVIT_ANSWER_ASSIGN(const auto operand, parse_operand(quoted));
    const auto number = quoted ? std::nullopt : number_of(operand);
    if (number) {
      return Test([comparison, right = *number](const Json& value) {
        return value.is_number() && compare(value.get<double>(), comparison, right);
      });
    }
    if (comparison != "=" && comparison != "!=") {
      return invalid_pattern(fmt::format("{} needs a number", comparison));
    }
    return text_test(operand, comparison == "=");
  }

  static Answer<Test> text_test(const std::string& operand, bool wanted)
  {
    if (operand.size() >= 2 && operand.starts_with('%') && operand.ends_with('%')) {
      DAVIT_ANSWER_ASSIGN(const auto expression, regular_expression(operand.substr(1, operand.size() - 2)));
      return Test([expression, wanted](const Json& value) {
        return value.is_string() && expression(value.get_ref<const std::string&>()) == wanted;
      });
    }
    return Test([operand, wanted](const Json& value) {
      return value.is_string() && matches_wildcard(operand, value.get_ref<const std::string&>()) == wanted;
    });
  }

  Answer<std::string> parse_operand(bool& quoted)
  {
    skip_space();
    quoted = m_rest.starts_with('"');
    if (quoted) {
      const auto end = m_rest.find('"', 1);
      if (end == std::string_view::npos) {
        return invalid_pattern("a closing quotation mark is missing");
      }
      std::string text(m_rest.substr(1, end - 1));
      m_rest.remove_prefix(end + 1);
      return text;
    }
    const auto end = std::min(m_rest.find_first_of(" )}&|"), m_rest.size());
    if (end == 0) {
      return invalid_pattern("a value is missing");
    }
    std::string text(m_rest.substr(0, end));
    m_rest.remove_prefix(end);
    return text;
  }

  Answer<std::vector<Step>> parse_selector()
  {
    if (!take("$")) {
      return invalid_pattern(fmt::format("a selector, $ and a property, is expected at \"{}\"", m_rest));
    }
    std::vector<Step> steps;
    while (m_rest.starts_with('.') || m_rest.starts_with('[')) {
      DAVIT_ANSWER_ASSIGN(auto step, m_rest[0] == '.' ? parse_member() : parse_bracket());
      steps.push_back(std::move(step));
    }
    if (steps.empty()) {
      return invalid_pattern("a property is expected after $");
    }
    return steps;
  }

  Answer<Step> parse_member()
  {
    m_rest.remove_prefix(1);
    const auto end = std::min(m_rest.find_first_of(" .[=!<>)}"), m_rest.size());
    if (end == 0) {
      return invalid_pattern("a property's name is missing");
    }
    Step step{.member = std::string(m_rest.substr(0, end))};
    step.every = step.member == "*";
    m_rest.remove_prefix(end);
    return step;
  }

  Answer<Step> parse_bracket()
  {
    const auto end = m_rest.find(']');
    if (end == std::string_view::npos) {
      return invalid_pattern("] is missing");
    }
    std::string_view inner = m_rest.substr(1, end - 1);
    m_rest.remove_prefix(end + 1);
    if (inner == "*") {
      return Step{.every = true};
    }
    if (inner.size() >= 2 && (inner[0] == '"' || inner[0] == '\'') && inner.back() == inner[0]) {
      return Step{.member = std::string(inner.substr(1, inner.size() - 2))};
    }
    const auto number = number_of(inner);
    if (!number || *number < 0) {
      return invalid_pattern(fmt::format("[{}] is no index", inner));
    }
    return Step{.index = static_cast<std::size_t>(*number)};
  }

  void skip_space() { m_rest.remove_prefix(std::min(m_rest.find_first_not_of(" \t\n"), m_rest.size())); }

  bool take(std::string_view token)
  {
    skip_space();
    const bool there = m_rest.starts_with(token);
    m_rest.remove_prefix(there ? token.size() : 0);
    return there;
  }

  bool take_word(std::string_view word)
  {
    skip_space();
    const bool ends = m_rest.size() == word.size() ||
                      (m_rest.size() > word.size() && std::string_view(" )}&|").find(m_rest[word.size()]) != std::string_view::npos);
    return ends && take(word);
  }

  std::string_view m_rest;
};

}  // namespace

Answer<FilterPattern> parse_json_pattern(std::string_view text)
{
  DAVIT_ANSWER_ASSIGN(auto condition, JsonPatternParser(text).parse());
  return FilterPattern([condition](std::string_view message) {
    const Json event = Json::parse(message, nullptr, false);
    return event.is_object() && condition(event);
  });
}

}  // namespace davit::aws::local::logs
