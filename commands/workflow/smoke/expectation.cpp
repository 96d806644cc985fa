// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/expectation.hpp"

#include <algorithm>

#include "commands/workflow/smoke/json_schema.hpp"
#include "commands/workflow/smoke/matcher.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using Subject = Check::Subject;

bool is_template(const OrderedJson& value)
{
  return value.is_string() && value.get_ref<const std::string&>().starts_with("{{");
}

/// "2xx"
bool is_status_class(const OrderedJson& value)
{
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  return text.size() == 3 && text[0] >= '1' && text[0] <= '5' && text.ends_with("xx");
}

bool is_status(const OrderedJson& value)
{
  return (value.is_number_integer() && value >= 100 && value <= 599) || is_status_class(value) || is_template(value);
}

OrderedJson status_matcher(const OrderedJson& status)
{
  if (!is_status_class(status)) {
    return status;
  }
  const int hundred = (status.get_ref<const std::string&>().front() - '0') * 100;
  return {{"min", hundred}, {"max", hundred + 99}};
}

OrderedJson any_status(const OrderedJson& list)
{
  OrderedJson any = OrderedJson::array();
  std::transform(list.begin(), list.end(), std::back_inserter(any), status_matcher);
  return {{"any_of", std::move(any)}};
}

std::optional<std::string> complaint_about_status(const OrderedJson& expected)
{
  const bool is_list = expected.is_array() && !expected.empty() && std::all_of(expected.begin(), expected.end(), is_status);
  if (is_list || is_status(expected)) {
    return std::nullopt;
  }
  return expected.is_object() && has_operators(expected)
             ? complaint_about(expected)
             : std::optional("status must be a number from 100 to 599, a class such as 2xx, or a list of them");
}

}  // namespace

OrderedJson matcher_of(const Check& check)
{
  const OrderedJson& expected = check.expected;
  switch (check.subject) {
    case Subject::status:
      return expected.is_array() ? any_status(expected) : status_matcher(expected);
    case Subject::latency:
      return {{"max", expected}};
    case Subject::log:
      return expected.is_string() ? OrderedJson{{"contains", expected}} : expected;
    default:
      return expected;
  }
}

std::optional<std::string> complaint_about(const Check& check)
{
  if (check.subject == Subject::status) {
    return complaint_about_status(check.expected);
  }
  if (check.subject == Subject::latency) {
    const bool is_limit = check.expected.is_number() && check.expected > 0;
    return is_limit || is_template(check.expected) ? std::nullopt : std::optional("latency_ms must be a number of milliseconds above 0");
  }
  return check.subject == Subject::schema ? complaint_about_schema(check.expected) : complaint_about(check.expected);
}

}  // namespace davit::commands::workflow::smoke
