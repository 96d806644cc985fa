// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/local/lambda/invoker.hpp"

namespace davit::aws::local::lambda {

/// One message of an event stream, with headers of type string:
/// https://smithy.io/2.0/aws/amazon-eventstream.html
std::string event_stream_message(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view payload);

/// What InvokeWithResponseStream sends of an invocation that has ended: PayloadChunk events, and InvokeComplete, which has the error of a
/// function that failed. https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
/// The answer comes when it is whole: nothing of it is sent while the handler still writes.
std::string response_stream(const InvokeResult& result, bool with_log);

}  // namespace davit::aws::local::lambda
