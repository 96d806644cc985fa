// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/destination_record.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace davit::aws::local::lambda {
namespace {

/// A payload is JSON as a rule; a handler's answer that is none is a text.
OrderedJson document_of(const std::string& payload)
{
  OrderedJson document = OrderedJson::parse(payload, nullptr, false);
  return document.is_discarded() ? OrderedJson(payload) : document;
}

std::string record_time(TimePoint time)
{
  return fmt::format("{}.{:03}Z", to_rfc3339(time).substr(0, 19), time.time_since_epoch().count() % 1000);
}

}  // namespace

std::string destination_record(const QueuedEvent& event, const std::string& condition, const InvokeResult* result, TimePoint now)
{
  FunctionName name = event.name;
  name.qualifier = name.qualifier.empty() ? k_latest : name.qualifier;
  OrderedJson record = {{"version", "1.0"},
                        {"timestamp", record_time(now)},
                        {"requestContext",
                         {{"requestId", event.request.request_id},
                          {"functionArn", name.arn()},
                          {"condition", condition},
                          {"approximateInvokeCount", event.invocations}}},
                        {"requestPayload", document_of(event.request.payload)}};
  if (result != nullptr) {
    record["responseContext"] = {{"statusCode", 200}, {"executedVersion", result->executed_version}};
    if (result->function_error) {
      record["responseContext"]["functionError"] = "Unhandled";
    }
    record["responsePayload"] = document_of(result->payload);
  }
  return record.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace davit::aws::local::lambda
