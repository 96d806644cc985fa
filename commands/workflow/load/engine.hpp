// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "aws/auth/session.hpp"
#include "aws/http/client.hpp"
#include "aws/lambda/client.hpp"
#include "commands/workflow/load/record.hpp"
#include "commands/workflow/load/schedule.hpp"

namespace davit::commands::workflow::load {

struct LoadSettings {
  std::size_t most_under_way = 200;           ///< a request that is due when so many are under way waits, and counts as late
  std::chrono::milliseconds timeout{30'000};  ///< of one request
  std::function<void(const Record&)> watch = [](const Record&) {};
};

/// Sends the request to an API at the times of the schedule, each once, over connections that are kept.
Status load_api(const aws::http::Request& request, const Schedule& schedule, const LoadSettings& settings, aws::http::Client& client,
                Record& record);

/// Invokes the function at the times of the schedule, each once. A payload with a `statusCode` counts by it where `is_http`.
Status load_function(const aws::lambda::InvokeInput& invocation, bool is_http, const Schedule& schedule, const LoadSettings& settings,
                     aws::auth::Session& session, Record& record);

}  // namespace davit::commands::workflow::load
