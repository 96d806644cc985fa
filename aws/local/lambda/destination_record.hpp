// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/core/time.hpp"
#include "aws/local/lambda/event_queue.hpp"

namespace davit::aws::local::lambda {

/// What a destination is told of an asynchronous invocation, as JSON text. `condition` is Success, RetriesExhausted or EventAgeExceeded;
/// `result` is that of the last invocation, nullptr when there was none.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
std::string destination_record(const QueuedEvent& event, const std::string& condition, const InvokeResult* result, TimePoint now);

}  // namespace davit::aws::local::lambda
