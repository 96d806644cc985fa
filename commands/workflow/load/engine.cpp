// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/load/engine.hpp"

#include <thread>

#include "aws/core/interrupt.hpp"
#include "aws/lambda/http_event.hpp"

namespace davit::commands::workflow::load {
namespace {

using Steady = std::chrono::steady_clock;

std::string name_of(aws::http::Failure failure)
{
  switch (failure) {
    case aws::http::Failure::connect:
      return "connect";
    case aws::http::Failure::tls_trust:
      return "tls";
    case aws::http::Failure::timeout:
      return "timeout";
    case aws::http::Failure::too_large:
      return "tooLarge";
    case aws::http::Failure::cancelled:
      return "cancelled";
    case aws::http::Failure::none:
    case aws::http::Failure::stopped:
    case aws::http::Failure::not_sent:
    case aws::http::Failure::connection:
      return "connection";
  }
  return "connection";
}

Status stopped()
{
  return fail(Error{.kind = ErrorKind::cancelled, .message = "interrupted; the figures are those of what had ended"});
}

/// Starts what is due, and lets the client work until the next one is.
class ApiLoad
{
public:
  ApiLoad(const aws::http::Request& request, const Schedule& schedule, const LoadSettings& settings, aws::http::Client& client,
          Record& record)
      : m_request(request), m_schedule(schedule), m_settings(settings), m_client(client), m_record(record)
  {
  }

  Status run()
  {
    while (interrupted() == 0 && (m_next < m_schedule.count() || m_client.under_way() > 0)) {
      start_what_is_due();
      const auto until = next_wake();
      if (m_client.under_way() > 0) {
        m_client.run(until);
      } else {
        std::this_thread::sleep_until(until);
      }
      m_settings.watch(m_record);
    }
    return interrupted() == 0 ? Status{} : stopped();
  }

private:
  [[nodiscard]] Steady::time_point due(std::size_t index) const { return m_begin + m_schedule.due(index); }
  [[nodiscard]] bool has_slot() const { return m_client.under_way() < m_settings.most_under_way; }

  [[nodiscard]] Steady::time_point next_wake() const
  {
    constexpr std::chrono::milliseconds k_longest{100};
    const auto at_most = Steady::now() + k_longest;
    return m_next < m_schedule.count() && has_slot() ? std::min(at_most, due(m_next)) : at_most;
  }

  void start_what_is_due()
  {
    for (auto now = Steady::now(); m_next < m_schedule.count() && has_slot() && due(m_next) <= now; now = Steady::now()) {
      const auto at = due(m_next++);
      m_record.start(now - at);
      const aws::http::SendOptions options{.read_timeout = m_settings.timeout, .send_once = true};
      m_client.start(m_request, options, [this, at](const aws::http::TransferResult& result) {
        const auto latency = Steady::now() - at;
        if (result.response) {
          m_record.answer(result.response->status, latency);
        } else {
          m_record.error(name_of(result.failure), latency);
        }
      });
    }
  }

  const aws::http::Request& m_request;
  const Schedule& m_schedule;
  const LoadSettings& m_settings;
  aws::http::Client& m_client;
  Record& m_record;
  Steady::time_point m_begin = Steady::now();
  std::size_t m_next = 0;
};

void take_output(const aws::lambda::InvokeOutput& output, bool is_http, std::chrono::nanoseconds latency, Record& record)
{
  if (!output.function_error.empty()) {
    record.error("functionError", latency);
  } else {
    record.answer(is_http ? aws::lambda::http_answer(output.payload).status : output.status, latency);
  }
}

}  // namespace

Status load_api(const aws::http::Request& request, const Schedule& schedule, const LoadSettings& settings, aws::http::Client& client,
                Record& record)
{
  return ApiLoad(request, schedule, settings, client, record).run();
}

Status load_function(const aws::lambda::InvokeInput& invocation, bool is_http, const Schedule& schedule, const LoadSettings& settings,
                     aws::auth::Session& session, Record& record)
{
  const auto begin = Steady::now();
  std::size_t handed_out = 0;
  // A call is handed out before it is due, and waits: the slots hold those that wait and those that are under way.
  const auto next = [&]() -> std::optional<aws::lambda::InvokeInput> {
    if (handed_out == schedule.count() || interrupted() != 0) {
      return std::nullopt;
    }
    aws::lambda::InvokeInput input = invocation;
    const auto wait = begin + schedule.due(handed_out++) - Steady::now();
    input.delay = std::max(std::chrono::milliseconds{0}, std::chrono::ceil<std::chrono::milliseconds>(wait));
    input.read_timeout = settings.timeout;
    record.start(std::max<std::chrono::nanoseconds>(-wait, std::chrono::nanoseconds{0}));
    return input;
  };
  const auto done = [&](std::size_t index, const Result<aws::lambda::InvokeOutput>& output) -> Status {
    const auto latency = Steady::now() - begin - schedule.due(index);
    if (output) {
      take_output(*output, is_http, latency, record);
    } else if (output.error().kind == ErrorKind::credentials || output.error().kind == ErrorKind::not_found) {
      return fail(output.error());  // every other one would end the same way
    } else {
      record.error(output.error().service ? output.error().service->code : "connection", latency);
    }
    settings.watch(record);
    return {};
  };
  DAVIT_TRY(aws::lambda::Client(session).invoke_many(next, done, static_cast<int>(settings.most_under_way)));
  return interrupted() == 0 ? Status{} : stopped();
}

}  // namespace davit::commands::workflow::load
