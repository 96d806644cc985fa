// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/parity.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "commands/workflow/smoke/judgement.hpp"
#include "commands/workflow/smoke/matcher.hpp"

namespace davit::commands::workflow::smoke {
namespace {

/// Said by clocks, connections, proxies and gateways, not by the handler.
constexpr std::string_view k_passing_headers[] = {"age",
                                                  "alt-svc",
                                                  "apigw-requestid",
                                                  "connection",
                                                  "content-length",
                                                  "date",
                                                  "keep-alive",
                                                  "server",
                                                  "transfer-encoding",
                                                  "vary",
                                                  "via",
                                                  "x-amz-apigw-id",
                                                  "x-amz-cf-id",
                                                  "x-amz-cf-pop",
                                                  "x-amzn-requestid",
                                                  "x-amzn-trace-id",
                                                  "x-cache"};

/// Values that are shorter stand for too much else.
constexpr std::size_t k_shortest_name = 4;

void replace_all(std::string& text, const std::string& what, const std::string& by)
{
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

OrderedJson named(OrderedJson value, const Variables& variables)
{
  if (value.is_structured()) {
    for (auto& element : value) {
      element = named(std::move(element), variables);
    }
    return value;
  }
  for (const auto& [name, known] : variables.values()) {
    const std::string placeholder = "{{" + name + "}}";
    if (value.is_string() && known.is_string() && known.get_ref<const std::string&>().size() >= k_shortest_name) {
      replace_all(value.get_ref<std::string&>(), known.get<std::string>(), placeholder);
    } else if (known.is_number_integer() && known == value && known.dump().size() >= k_shortest_name) {
      return placeholder;
    }
  }
  return value;
}

/// "$.items[3].price" as "$.items[*].price".
std::string with_any_index(const std::string& path)
{
  static const std::regex index{R"(\[[0-9]+\])"};
  return std::regex_replace(path, index, "[*]");
}

/// Whether the path is the ignored one, or below it.
bool is_at_or_below(const std::string& path, const std::string& ignored)
{
  return path.starts_with(ignored) && (path.size() == ignored.size() || path[ignored.size()] == '.' || path[ignored.size()] == '[');
}

/// Holds two answers to one step against each other.
class Comparison
{
public:
  Comparison(const std::vector<std::string>& ignored, std::vector<Difference>& into) : m_ignored(ignored), m_into(into) {}

  void compare(const std::string& suite, const StepResult& first, const StepResult& second)
  {
    m_suite = suite;
    m_step = first.name;
    if (first.status != second.status) {
      add("outcome", name_of(first.status), name_of(second.status));
    }
    if (!first.answer.is_object() || !second.answer.is_object()) {
      return;
    }
    for (const char* part : {"status", "function_error"}) {
      if (first.answer[part] != second.answer[part]) {
        add(part, first.answer[part], second.answer[part]);
      }
    }
    headers(first.answer["headers"], second.answer["headers"]);
    const bool both_json = first.answer.contains("json") && second.answer.contains("json");
    if (both_json) {
      json(first.answer["json"], second.answer["json"], "$");
    } else if (first.answer.value("body", OrderedJson()) != second.answer.value("body", OrderedJson())) {
      add("body", first.answer.value("body", OrderedJson()), second.answer.value("body", OrderedJson()));
    }
  }

private:
  void add(const std::string& where, OrderedJson first, OrderedJson second)
  {
    const bool is_ignored = std::any_of(m_ignored.begin(), m_ignored.end(), [&](const std::string& each) {
      const std::string full = each.starts_with('$') ? "json " + each : each;
      return is_at_or_below(where, full) || is_at_or_below(with_any_index(where), full);
    });
    if (!is_ignored) {
      m_into.push_back(
          {.suite = m_suite, .step = m_step, .where = where, .first = shortened(std::move(first)), .second = shortened(std::move(second))});
    }
  }

  void headers(const OrderedJson& first, const OrderedJson& second)
  {
    std::set<std::string> names;
    for (const auto* each : {&first, &second}) {
      for (const auto& [name, value] : each->items()) {
        names.insert(name);
      }
    }
    for (const auto& name : names) {
      const bool passes = std::find(std::begin(k_passing_headers), std::end(k_passing_headers), name) != std::end(k_passing_headers);
      const OrderedJson a = first.value(name, OrderedJson());
      const OrderedJson b = second.value(name, OrderedJson());
      if (!passes && a != b) {
        add("header " + name, a, b);
      }
    }
  }

  void json(const OrderedJson& first, const OrderedJson& second, const std::string& path)
  {
    if (first.is_object() && second.is_object()) {
      for (const auto& [name, value] : first.items()) {
        json(value, second, name, path);
      }
      for (const auto& [name, value] : second.items()) {
        if (!first.contains(name)) {
          add("json " + path + "." + name, nullptr, value);
        }
      }
    } else if (first.is_array() && second.is_array()) {
      elements(first, second, path);
    } else if (!matches({{"equals", first}}, &second)) {
      add("json " + path, first, second);
    }
  }

  void json(const OrderedJson& value, const OrderedJson& other, const std::string& name, const std::string& path)
  {
    if (other.contains(name)) {
      json(value, other.at(name), path + "." + name);
    } else {
      add("json " + path + "." + name, value, nullptr);
    }
  }

  void elements(const OrderedJson& first, const OrderedJson& second, const std::string& path)
  {
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
      const std::string place = path + "[" + std::to_string(i) + "]";
      if (i < first.size() && i < second.size()) {
        json(first[i], second[i], place);
      } else {
        add("json " + place, i < first.size() ? first[i] : OrderedJson(), i < second.size() ? second[i] : OrderedJson());
      }
    }
  }

  const std::vector<std::string>& m_ignored;
  std::vector<Difference>& m_into;
  std::string m_suite;
  std::string m_step;
};

}  // namespace

OrderedJson comparable(const Answer& answer, const Variables& variables)
{
  OrderedJson out{{"status", answer.status ? OrderedJson(*answer.status) : OrderedJson()},
                  {"function_error", answer.function_error},
                  {"headers", OrderedJson(answer.headers)}};
  if (answer.json) {
    out["json"] = *answer.json;
  }
  out["body"] = answer.body;
  return named(std::move(out), variables);
}

std::vector<Difference> differences(std::span<const SuiteResult> first, std::span<const SuiteResult> second,
                                    const std::vector<std::string>& ignored)
{
  std::vector<Difference> out;
  Comparison comparison{ignored, out};
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    for (std::size_t step = 0; step < std::min(first[i].steps.size(), second[i].steps.size()); ++step) {
      comparison.compare(first[i].name, first[i].steps[step], second[i].steps[step]);
    }
  }
  return out;
}

OrderedJson to_json(const Parity& parity)
{
  OrderedJson list = OrderedJson::array();
  for (const auto& difference : parity.differences) {
    list.push_back({{"suite", difference.suite},
                    {"step", difference.step},
                    {"where", difference.where},
                    {"first", difference.first},
                    {"second", difference.second}});
  }
  return {{"target", parity.target}, {"differences", std::move(list)}};
}

}  // namespace davit::commands::workflow::smoke
