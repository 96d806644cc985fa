// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/logs/read_group.hpp"

#include <fmt/format.h>

#include "aws/auth/retry.hpp"
#include "aws/core/interrupt.hpp"
#include "commands/workflow/logs/poll_plan.hpp"
#include "commands/workflow/pause.hpp"

namespace davit::commands::workflow::logs {
namespace {

using aws::logs::FilterLogEventsInput;

bool is_throttling(const Error& error)
{
  return error.service && aws::auth::retry_reason(error.service->code, error.service->http_status) == aws::auth::RetryReason::throttling;
}

class Follower
{
public:
  Follower(aws::logs::Client& client, const FilterLogEventsInput& input, const Listener& listener, const Clock& clock)
      : m_client(client), m_input(input), m_listener(listener), m_clock(clock), m_begin(input.start.value_or(clock())), m_plan(m_begin)
  {
  }

  Result<Totals> run()
  {
    // A read that is under way when the user stops is brought to its end: its events count.
    const FinishScope finishing;
    do {
      const auto poll = read_next();
      if (!poll) {
        return unproved(poll.error());
      }
      if (m_listener.is_unread()) {
        return totals(std::nullopt);
      }
      if (!pause(std::min(m_plan.wait_after(*poll), until_end()))) {
        break;
      }
    } while (until_end() > std::chrono::milliseconds{0});
    return reconcile();
  }

private:
  Result<Poll> read_next()
  {
    FilterLogEventsInput input = m_input;
    input.start = m_plan.next_start(m_clock(), m_seen.newest());
    input.retry = aws::auth::Retry::paced_by_caller;
    const auto added = read_once(m_client, std::move(input), m_seen, m_listener);
    if (!added) {
      return poll_after(added.error());
    }
    m_is_ready = true;
    if (std::exchange(m_told, false)) {
      m_listener.note("reading again");
    }
    return *added > 0 ? Poll::brought_events : Poll::brought_nothing;
  }

  Result<Poll> poll_after(const Error& error)
  {
    if (error.kind == ErrorKind::not_found) {
      tell(fmt::format("log group {} is not there yet; it comes with the first line that is written to it", m_input.group));
      m_is_ready = true;
      return Poll::brought_nothing;
    }
    if (is_throttling(error)) {
      tell("CloudWatch Logs throttles; reading more slowly");
      return Poll::was_throttled;
    }
    if (error.kind == ErrorKind::unavailable && m_is_ready) {
      tell(error.message + "; trying again");
      return Poll::failed;
    }
    return fail(error);
  }

  void tell(const std::string& line)
  {
    if (!std::exchange(m_told, true)) {
      m_listener.note(line);
    }
  }

  [[nodiscard]] std::chrono::milliseconds until_end() const
  {
    return m_input.end ? *m_input.end - m_clock() : std::chrono::milliseconds::max();
  }

  /// Reads everything again, and takes what no read brought. When that came to its end, nothing is missing: each event that the group holds
  /// was shown, before or now.
  Result<Totals> reconcile()
  {
    FilterLogEventsInput input = m_input;
    input.start = m_begin;
    const auto swept = read_once(m_client, std::move(input), m_seen, m_listener);
    if (!swept && swept.error().kind != ErrorKind::not_found) {
      return unproved(swept.error());
    }
    return totals(0);
  }

  [[nodiscard]] tl::unexpected<Error> unproved(Error error) const
  {
    return fail(m_seen.count() == 0
                    ? std::move(error)
                    : std::move(error).wrap(fmt::format("{} events were shown, and whether any is missing is not known", m_seen.count())));
  }

  [[nodiscard]] Totals totals(std::optional<std::int64_t> missing) const
  {
    return {.shown = m_seen.count(), .late = m_seen.late(), .missing = missing};
  }

  aws::logs::Client& m_client;
  const FilterLogEventsInput& m_input;
  const Listener& m_listener;
  const Clock& m_clock;
  TimePoint m_begin;
  PollPlan m_plan;
  SeenEvents m_seen;
  bool m_is_ready = false;  ///< one read worked: what fails from now on is waited out
  bool m_told = false;
};

}  // namespace

Result<std::int64_t> read_once(aws::logs::Client& client, FilterLogEventsInput input, SeenEvents& seen, const Listener& listener)
{
  std::int64_t added = 0;
  while (true) {
    DAVIT_TRY_ASSIGN(const auto page, client.filter_log_events(input));
    for (const auto& event : page.events) {
      if (const auto arrival = seen.take(event)) {
        ++added;
        DAVIT_TRY(listener.take(event, *arrival));
      }
    }
    DAVIT_TRY(listener.page_ended());
    if (page.next_token.empty() || listener.is_unread()) {
      return added;
    }
    if (page.next_token == input.next_token) {
      return fail(failed_error(fmt::format("reading log group {}: the service names the same next page again and again", input.group)));
    }
    input.next_token = page.next_token;
  }
}

Result<Totals> follow(aws::logs::Client& client, const FilterLogEventsInput& input, const Listener& listener, const Clock& clock)
{
  return Follower(client, input, listener, clock).run();
}

}  // namespace davit::commands::workflow::logs
