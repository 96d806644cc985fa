// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/request_event.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/lambda/http_event.hpp"

namespace davit::commands::workflow {
namespace {

void set_if_absent(aws::http::Headers& headers, const char* name, std::string value)
{
  if (!headers.get(name)) {
    headers.set(name, std::move(value));
  }
}

/// "Root=1-5759e988-bd862e3fe1be46a994272793": seconds and 96 random bits
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
std::string trace_id(TimePoint now)
{
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return fmt::format("Root=1-{:08x}-{}", seconds, to_hex(aws::crypto::random_bytes(12)));
}

}  // namespace

std::string request_event(aws::http::Request request)
{
  const TimePoint now = system_now();
  aws::http::Headers& headers = request.headers;
  set_if_absent(headers, "host", request.url.authority());
  set_if_absent(headers, "user-agent", "davit");
  if (!request.body.empty()) {
    headers.set("content-length", std::to_string(request.body.size()));
  }
  set_if_absent(headers, "x-amzn-trace-id", trace_id(now));
  set_if_absent(headers, "x-forwarded-for", "127.0.0.1");
  set_if_absent(headers, "x-forwarded-port", "443");
  set_if_absent(headers, "x-forwarded-proto", "https");
  return aws::lambda::http_event(request, {.request_id = aws::crypto::random_uuid(), .time = now})
      .dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace davit::commands::workflow
