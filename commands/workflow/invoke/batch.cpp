// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "aws/core/interrupt.hpp"

namespace davit::commands::workflow::invoke {
namespace {

using Steady = std::chrono::steady_clock;

double milliseconds_since(Steady::time_point start)
{
  return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

/// The order in which a batch's errors decide its exit code.
std::size_t rank(ErrorKind kind)
{
  constexpr std::array k_worst_first{ErrorKind::bug,         ErrorKind::cancelled, ErrorKind::usage,     ErrorKind::credentials,
                                     ErrorKind::unavailable, ErrorKind::conflict,  ErrorKind::not_found, ErrorKind::failed};
  return static_cast<std::size_t>(std::find(k_worst_first.begin(), k_worst_first.end(), kind) - k_worst_first.begin());
}

/// Hands on what ended, in the order in which it was sent.
class InOrder
{
public:
  explicit InOrder(const std::function<Status(Invocation)>& ended) : m_ended(ended) {}

  Status take(std::size_t index, Invocation invocation)
  {
    m_waiting.emplace(index, std::move(invocation));
    for (auto first = m_waiting.begin(); first != m_waiting.end() && first->first == m_next; first = m_waiting.begin()) {
      ++m_next;
      Invocation next = std::move(first->second);
      m_waiting.erase(first);
      DAVIT_TRY(m_ended(std::move(next)));
    }
    return {};
  }

private:
  const std::function<Status(Invocation)>& m_ended;
  std::map<std::size_t, Invocation> m_waiting;
  std::size_t m_next = 0;
};

}  // namespace

Status invoke_batch(const BatchRequest& request, aws::auth::Session& session, const std::function<Status(Invocation)>& ended)
{
  aws::lambda::Client client{session};
  const std::size_t count = request.payloads.size() * static_cast<std::size_t>(request.repeat);
  std::vector<Steady::time_point> starts;
  starts.reserve(count);
  InOrder in_order{ended};
  const auto next = [&]() -> std::optional<aws::lambda::InvokeInput> {
    if (starts.size() == count || interrupted() != 0) {
      return std::nullopt;
    }
    InvokeRequest each = request.each;
    each.payload = request.payloads[starts.size() % request.payloads.size()];
    starts.push_back(Steady::now());
    return input_of(each);
  };
  const auto done = [&](std::size_t index, Result<aws::lambda::InvokeOutput> output) {
    Invocation invocation{.event = index % request.payloads.size(),
                          .response = response_of(request.each, std::move(output)),
                          .latency_ms = milliseconds_since(starts[index])};
    return in_order.take(index, std::move(invocation));
  };
  return client.invoke_many(next, done, request.concurrency);
}

void BatchSummary::add(const Invocation& invocation)
{
  ++m_invocations;
  std::optional<Error> error;
  if (!invocation.response) {
    ++m_call_errors;
    error = invocation.response.error();
  } else {
    const LogReport& report = invocation.response->report;
    m_latency_ms.push_back(invocation.latency_ms);
    invoke::add(m_cost, report);
    m_billed_ms += report.billed_ms.value_or(0);
    if (report.duration_ms) {
      m_duration_ms.push_back(*report.duration_ms);
      ++(report.init_ms ? m_cold : m_warm);
    }
    if (report.init_ms) {
      m_init_ms.push_back(*report.init_ms);
    }
    error = function_failure("", invocation.response->output);
    m_function_errors += error ? 1 : 0;
  }
  if (error && (!m_worst || rank(error->kind) < rank(m_worst->kind))) {
    m_worst = std::move(error);
  }
}

OrderedJson BatchSummary::to_json() const
{
  return {{"count", m_invocations},
          {"succeeded", m_invocations - failed()},
          {"functionErrors", m_function_errors},
          {"callErrors", m_call_errors},
          {"cold", m_cold},
          {"warm", m_warm},
          {"latencyMs", invoke::to_json(distribution(m_latency_ms))},
          {"durationMs", invoke::to_json(distribution(m_duration_ms))},
          {"initMs", invoke::to_json(distribution(m_init_ms))},
          {"billedMs", m_billed_ms},
          {"cost", invoke::to_json(m_cost)}};
}

std::string BatchSummary::to_text() const
{
  return fmt::format("{} invocations, {} failed, {} cold, {} warm\n  latency   {}\n  duration  {}\n  init      {}\n  billed    {} ms, {}\n",
                     m_invocations, failed(), m_cold, m_warm, invoke::to_text(distribution(m_latency_ms)),
                     invoke::to_text(distribution(m_duration_ms)), invoke::to_text(distribution(m_init_ms)), m_billed_ms,
                     cost_text(m_cost));
}

std::optional<Error> BatchSummary::failure() const
{
  if (!m_worst) {
    return std::nullopt;
  }
  Error error = *m_worst;
  return std::move(error).wrap(fmt::format("{} of {} invocations failed, the worst with", failed(), m_invocations));
}

}  // namespace davit::commands::workflow::invoke
