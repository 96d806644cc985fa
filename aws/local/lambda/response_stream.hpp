// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/local/lambda/response_channel.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::lambda {

/// One message of an event stream, with headers of type string:
/// https://smithy.io/2.0/aws/amazon-eventstream.html
std::string event_stream_message(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view payload);

/// What InvokeWithResponseStream sends: PayloadChunk events while the handler writes, and InvokeComplete, which has the error of a function
/// that failed. https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
std::shared_ptr<server::BodySource> invocation_events(std::shared_ptr<ResponseChannel> channel, bool with_log);

}  // namespace davit::aws::local::lambda
