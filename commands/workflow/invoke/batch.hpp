// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/session.hpp"
#include "commands/workflow/invoke/cost.hpp"
#include "commands/workflow/invoke/invoke.hpp"
#include "commands/workflow/invoke/statistics.hpp"

namespace davit::commands::workflow::invoke {

/// One invocation of many: what came back, or why nothing did.
struct Invocation {
  std::size_t event = 0;  ///< which of the payloads, counted from 0
  Result<InvokeResponse> response;
  double latency_ms = 0;  ///< as the caller saw it
};

/// Many invocations of one function.
struct BatchRequest {
  InvokeRequest each;                 ///< its payload is not used
  std::vector<std::string> payloads;  ///< sent in this order
  int repeat = 1;                     ///< all of them, so many times
  int concurrency = 1;                ///< how many are under way at once
};

/// Sends each once. `ended` hears of each in the order of sending, as soon as all before it have ended. A call that failed is one of the
/// results; an interrupt ends the batch with a cancelled error.
Status invoke_batch(const BatchRequest& request, aws::auth::Session& session, const std::function<Status(Invocation)>& ended);

/// The figures of a batch.
class BatchSummary
{
public:
  explicit BatchSummary(cli::config::Architecture architecture) { m_cost.architecture = architecture; }

  void add(const Invocation& invocation);

  [[nodiscard]] OrderedJson to_json() const;
  [[nodiscard]] std::string to_text() const;

  /// The failure that the batch ends with: the worst class of all its errors.
  [[nodiscard]] std::optional<Error> failure() const;

private:
  [[nodiscard]] int failed() const { return m_function_errors + m_call_errors; }

  int m_invocations = 0;
  int m_function_errors = 0;
  int m_call_errors = 0;
  int m_cold = 0;
  int m_warm = 0;
  std::int64_t m_billed_ms = 0;
  std::vector<double> m_latency_ms;
  std::vector<double> m_duration_ms;
  std::vector<double> m_init_ms;
  Cost m_cost;
  std::optional<Error> m_worst;
};

}  // namespace davit::commands::workflow::invoke
