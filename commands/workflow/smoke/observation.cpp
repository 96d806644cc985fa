// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/observation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/workflow/smoke/json_path.hpp"
#include "commands/workflow/smoke/matcher.hpp"

namespace davit::commands::workflow::smoke {
namespace {

std::optional<OrderedJson> find_header(const Answer& answer, std::string name)
{
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? std::nullopt : std::optional<OrderedJson>(found->second);
}

std::optional<OrderedJson> unless_empty(const std::string& text)
{
  return text.empty() ? std::nullopt : std::optional<OrderedJson>(text);
}

Result<Found> find_json(const std::string& path, const Answer& answer)
{
  if (!answer.json) {
    return Found{.value = unless_empty(answer.body), .is_comparable = answer.body.empty()};
  }
  return JsonPath::parse(path).map([&](const JsonPath& parsed) { return Found{.value = parsed.find(*answer.json)}; });
}

/// 2^64: what is as large was read as a double, and would go on with other digits than it came with.
bool lost_digits(const OrderedJson& value)
{
  return value.is_number_float() && std::abs(value.get<double>()) >= 18446744073709551616.0;
}

}  // namespace

void read_json_body(Answer& answer)
{
  if (auto parsed = parse_ordered_json(answer.body, "the answer")) {
    answer.json = std::move(*parsed);
  }
}

Result<Found> find_subject(const Check& check, const Observed& observed)
{
  using Subject = Check::Subject;
  const Answer& answer = observed.answer;
  switch (check.subject) {
    case Subject::status:
      return Found{.value = answer.status ? std::optional<OrderedJson>(*answer.status) : std::nullopt};
    case Subject::latency:
      return Found{.value = OrderedJson(observed.latency_ms)};
    case Subject::body:
      return Found{.value = OrderedJson(answer.body)};
    case Subject::function_error:
      return Found{.value = unless_empty(answer.function_error)};
    case Subject::log:
      return Found{.value = OrderedJson(answer.log)};
    case Subject::schema:
      return Found{.value = answer.json ? answer.json : unless_empty(answer.body), .is_comparable = answer.json.has_value()};
    case Subject::header:
      return Found{.value = find_header(answer, check.name)};
    case Subject::json:
    case Subject::payload:
      return find_json(check.name, answer);
  }
  return Found{};
}

Result<std::optional<OrderedJson>> find_capture(const Capture& capture, const Answer& answer)
{
  std::optional<OrderedJson> value;
  if (capture.source == Capture::Source::header) {
    value = find_header(answer, capture.from);
  } else if (answer.json) {
    DAVIT_TRY_ASSIGN(const JsonPath path, JsonPath::parse(capture.from));
    value = path.find(*answer.json);
  }
  if (value && lost_digits(*value)) {
    return fail(failed_error(fmt::format("cannot capture '{}': the number has more digits than 64 bits hold", capture.name)));
  }
  if (!value || !capture.pattern) {
    return value;
  }
  const auto matched = value->is_string() ? first_match(*capture.pattern, value->get<std::string>()) : std::nullopt;
  return matched ? std::optional<OrderedJson>(*matched) : std::nullopt;
}

}  // namespace davit::commands::workflow::smoke
