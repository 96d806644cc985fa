// SPDX-License-Identifier: Apache-2.0
#include "aws/core/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

namespace davit {
namespace {

constexpr int k_max_depth = 100;

/// Thrown through the parser by the callback, and caught in the same file.
struct Refused {
  std::string reason;
};

/// Notes the members of each open object, to refuse the second of a name.
class StructureGuard
{
public:
  template <typename Value>
  bool operator()(int depth, nlohmann::json::parse_event_t event, Value& value)
  {
    using Event = nlohmann::json::parse_event_t;
    if (depth > k_max_depth) {
      throw Refused{fmt::format("it is nested deeper than {}", k_max_depth)};
    }
    if (event == Event::object_start) {
      m_members.emplace_back();
    } else if (event == Event::object_end) {
      m_members.pop_back();
    } else if (event == Event::key && !m_members.back().insert(value.template get<std::string>()).second) {
      throw Refused{fmt::format("member \"{}\" appears twice in one object", value.template get<std::string>())};
    }
    return true;
  }

private:
  std::vector<std::set<std::string>> m_members;
};

Diagnostic diagnostic_at(std::string_view text, std::string_view name, std::size_t offset, std::string message)
{
  offset = std::min(offset, text.size());
  const std::size_t start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n') + 1;
  const std::string_view source = text.substr(start, text.find('\n', start) - start);
  return {.file = std::string(name),
          .line = static_cast<int>(line),
          .column = static_cast<int>(offset - start) + 1,
          .message = std::move(message),
          .source = std::string(source.substr(0, 200))};
}

/// What nlohmann says after its own position and error number.
std::string reason_of(const nlohmann::json::exception& error)
{
  const std::string text = error.what();
  const auto colon = text.find(": ", text.find("column"));
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

template <typename Value>
Result<Value> parse(std::string_view text, std::string_view name)
{
  Error error = usage_error(fmt::format("{} is no valid JSON", name));
  try {
    StructureGuard guard;
    return Value::parse(text,
                        [&guard](int depth, nlohmann::json::parse_event_t event, Value& value) { return guard(depth, event, value); });
  } catch (const nlohmann::json::parse_error& e) {
    error.diagnostics.push_back(diagnostic_at(text, name, e.byte == 0 ? 0 : e.byte - 1, reason_of(e)));
  } catch (const nlohmann::json::exception& e) {
    error.diagnostics.push_back({.file = std::string(name), .message = reason_of(e)});
  } catch (const Refused& refused) {
    error.diagnostics.push_back({.file = std::string(name), .message = refused.reason});
  }
  return fail(std::move(error));
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view name)
{
  return parse<Json>(text, name);
}

Result<OrderedJson> parse_ordered_json(std::string_view text, std::string_view name)
{
  return parse<OrderedJson>(text, name);
}

std::string dump_json(const Json& value)
{
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string dump_pretty(const OrderedJson& value)
{
  return value.dump(2, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace davit
