// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/event_end.hpp"

#include <fmt/format.h>

#include "aws/lambda/client.hpp"
#include "commands/workflow/log_group.hpp"

namespace davit::commands::workflow::invoke {
namespace {

/// A caller that may send events need not be allowed to look at their configuration, and not everything that speaks Lambda has one; then
/// it is Lambda's default that counts.
Result<int> retries_of(aws::auth::Session& session, const SentEvent& event)
{
  constexpr int k_default = 2;
  auto retries = aws::lambda::Client(session).maximum_retry_attempts(event.function, event.qualifier);
  const bool was_refused = !retries && retries.error().service && retries.error().kind != ErrorKind::unavailable;
  return was_refused ? Result<int>(k_default) : std::move(retries);
}

/// Tells of each attempt when it has ended.
class Reporter
{
public:
  Reporter(const EventWatch& watch, int maximum_retries) : m_watch(watch), m_maximum_retries(maximum_retries) {}

  /// Whether there is nothing more to wait for.
  bool see(const std::vector<Attempt>& attempts)
  {
    for (; m_told < attempts.size() && attempts[m_told].is_complete; ++m_told) {
      tell(attempts[m_told], static_cast<int>(m_told));
    }
    const bool is_last_over = m_told > 0 && m_told == attempts.size();
    return !m_status || (is_last_over && (attempts.back().failure.empty() || static_cast<int>(m_told) > m_maximum_retries));
  }

  [[nodiscard]] const Status& status() const { return m_status; }

private:
  void tell(const Attempt& attempt, int number)
  {
    if (m_status) {
      m_status = m_watch.attempt_ended(attempt);
    }
    if (!attempt.failure.empty() && number < m_maximum_retries) {
      m_watch.note(fmt::format("attempt {} failed ({}); Lambda repeats it {}, {} of {} attempts left", number + 1, attempt.failure,
                               number == 0 ? "in about a minute" : "in about two minutes", m_maximum_retries - number,
                               m_maximum_retries + 1));
    }
  }

  const EventWatch& m_watch;
  int m_maximum_retries;
  std::size_t m_told = 0;
  Status m_status;
};

}  // namespace

Result<EventEnd> await_end(aws::auth::Session& session, const SentEvent& event, std::chrono::milliseconds limit, const EventWatch& watch)
{
  constexpr std::chrono::minutes k_clocks_apart{5};
  EventEnd end;
  DAVIT_TRY_ASSIGN(end.maximum_retries, retries_of(session, event));
  DAVIT_TRY_ASSIGN(const std::string group, log_group_of_function(session, event.function));
  aws::logs::Client client{session};
  Reporter reporter{watch, end.maximum_retries};
  const InvocationPlace place{.group = group, .request_id = event.request_id, .since = event.sent - k_clocks_apart};
  DAVIT_TRY_ASSIGN(end.attempts, await_attempts(client, place, limit, [&](const auto& attempts) { return reporter.see(attempts); }));
  DAVIT_TRY(reporter.status());
  if (!reporter.see(end.attempts)) {
    return fail(Error{.kind = ErrorKind::unavailable,
                      .message = fmt::format("the end of request {} has not come to log group {}", event.request_id, group),
                      .hint = fmt::format("`davit logs {} --request-id {}` goes on looking", group, event.request_id)});
  }
  return end;
}

}  // namespace davit::commands::workflow::invoke
