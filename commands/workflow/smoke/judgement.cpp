// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/judgement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/workflow/smoke/expectation.hpp"
#include "commands/workflow/smoke/json_schema.hpp"
#include "commands/workflow/smoke/matcher.hpp"

namespace davit::commands::workflow::smoke {
namespace {

/// More of a value would bury the report; what a person looks for stands at the front.
constexpr std::size_t k_longest_actual = 16U << 10U;
constexpr std::size_t k_most_violations = 10;

}  // namespace

bool holds(const Check& check, const Found& found)
{
  if (!found.is_comparable) {
    return false;
  }
  return check.subject == Check::Subject::schema ? violations(check.expected, found.value.value_or(nullptr)).empty()
                                                 : matches(matcher_of(check), found.value ? &*found.value : nullptr);
}

bool all_hold(const std::vector<Check>& checks, const Observed& observed)
{
  const auto holds_of_it = [&observed](const Check& check) {
    const auto found = find_subject(check, observed);
    return found && holds(check, *found);
  };
  return !checks.empty() && std::all_of(checks.begin(), checks.end(), holds_of_it);
}

OrderedJson schema_findings(const Check& check, const Found& found)
{
  if (!found.is_comparable) {
    return OrderedJson::array({"$: it is no JSON"});
  }
  const auto all = violations(check.expected, found.value.value_or(nullptr));
  OrderedJson shown = OrderedJson::array();
  for (std::size_t i = 0; i < std::min(all.size(), k_most_violations); ++i) {
    shown.push_back(all[i]);
  }
  if (all.size() > k_most_violations) {
    shown.push_back(fmt::format("and {} more", all.size() - k_most_violations));
  }
  return all.empty() ? OrderedJson("valid") : shown;
}

OrderedJson shortened(OrderedJson value)
{
  std::string text = value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  if (text.size() <= k_longest_actual) {
    return value;
  }
  std::size_t end = k_longest_actual;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return fmt::format("{}... ({} bytes in all)", text.substr(0, end), text.size());
}

}  // namespace davit::commands::workflow::smoke
