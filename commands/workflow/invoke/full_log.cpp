// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/full_log.hpp"

#include <nlohmann/json.hpp>

#include "aws/core/json_members.hpp"
#include "commands/workflow/invocation_log.hpp"
#include "commands/workflow/log_group.hpp"

namespace davit::commands::workflow::invoke {
namespace {

/// The group, where the tail is a document that names it instead of being the log.
std::string group_in_tail(const std::string& tail)
{
  const Json document = tail.starts_with("{\"log") ? Json::parse(tail, nullptr, false) : Json();
  return document.is_object() ? text_member(document, "logGroup") : "";
}

}  // namespace

bool is_cut(const aws::lambda::InvokeOutput& output)
{
  // A function may log no START at all (the JSON format with a system log level above INFO); only a full tail can be a cut one.
  constexpr std::size_t k_full = 3'500;
  const std::string& tail = output.log_tail;
  const bool has_start =
      tail.find("START RequestId: " + output.request_id) != std::string::npos || tail.find("\"platform.start\"") != std::string::npos;
  return (tail.size() >= k_full && !has_start) || !group_in_tail(tail).empty();
}

Result<std::string> full_log(aws::auth::Session& session, const std::string& function, const aws::lambda::InvokeOutput& output,
                             TimePoint sent)
{
  constexpr std::chrono::seconds k_patience{60};
  constexpr std::chrono::minutes k_clocks_apart{5};
  InvocationPlace place{.group = group_in_tail(output.log_tail), .request_id = output.request_id, .since = sent - k_clocks_apart};
  if (place.group.empty()) {
    DAVIT_TRY_ASSIGN(place.group, log_group_of_function(session, function));
  }
  aws::logs::Client client{session};
  DAVIT_TRY_ASSIGN(const auto attempts, await_attempts(client, place, k_patience, is_finished));
  if (!is_finished(attempts)) {
    return fail(Error{.kind = ErrorKind::unavailable, .message = "its REPORT has not come to log group " + place.group + " yet"});
  }
  return text_of(attempts.back());
}

}  // namespace davit::commands::workflow::invoke
