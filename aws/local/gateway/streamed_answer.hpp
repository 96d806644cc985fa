// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "aws/local/lambda/response_channel.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::gateway {

/// The answer of a function URL whose handler streams, once enough of it is there to know its status: after a prelude and eight zero bytes
/// where the content type says that there is one, else after the first byte. The body goes on while it is sent; one whose function fails on
/// the way breaks off. Nothing when the function failed before, or the prelude is none.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
std::optional<server::StreamedResponse> streamed_answer(std::shared_ptr<lambda::ResponseChannel> channel);

}  // namespace davit::aws::local::gateway
