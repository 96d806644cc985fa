// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/invoke_call.hpp"
#include "aws/local/lambda/operations.hpp"
#include "aws/local/lambda/qualifier.hpp"
#include "aws/local/lambda/response_stream.hpp"

namespace davit::aws::local::lambda {
namespace {

Answer<ServiceResponse> accept_event(const LambdaParts& parts, const FunctionName& name, InvokeRequest event)
{
  ServiceResponse accepted{.status = 202, .headers = {{"x-amzn-RequestId", event.request_id}}};
  // Lambda passes the client's context to those only who wait for the answer.
  event.client_context.clear();
  DAVIT_STORED(parts.events.push({.name = name, .request = std::move(event)}));
  return accepted;
}

}  // namespace

Answer<ServiceResponse> invoke_function(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto call, read_invoke_call(request.http));
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  DAVIT_ANSWER_ASSIGN(const auto function, QualifierResolver(parts.functions, parts.settings).choose(name));
  call.request.invoked_arn = name.arn();
  switch (call.type) {
    case InvokeType::dry_run:
      return ServiceResponse{.status = 204, .headers = {{"X-Amz-Executed-Version", function.version}}};
    case InvokeType::event:
      return accept_event(parts, name, std::move(call.request));
    case InvokeType::request_response:
      break;
  }
  DAVIT_ANSWER_ASSIGN(auto result, parts.invoker.invoke(function, call.request));
  return invoke_response(std::move(result), call.with_log);
}

Answer<ServiceResponse> invoke_with_stream(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto call, read_invoke_call(request.http));
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  DAVIT_ANSWER_ASSIGN(const auto function, QualifierResolver(parts.functions, parts.settings).choose(name));
  call.request.invoked_arn = name.arn();
  if (call.type == InvokeType::dry_run) {
    return ServiceResponse{.status = 204, .headers = {{"X-Amz-Executed-Version", function.version}}};
  }
  const std::string request_id = call.request.request_id;
  auto channel = parts.invoker.invoke_streaming(function, std::move(call.request));
  channel->wait_until_begun();
  const bool streams = channel->has_begun();
  if (!streams && !channel->result()) {
    return tl::unexpected(channel->result().error());
  }
  ServiceResponse response{.status = 200, .headers = {{"Content-Type", "application/vnd.amazon.eventstream"}}};
  response.headers.add("x-amzn-RequestId", request_id);
  response.headers.add("X-Amz-Executed-Version", function.version);
  response.headers.add("x-amzn-Remapped-Content-Type", streams ? channel->content_type() : "application/octet-stream");
  response.source = invocation_events(std::move(channel), call.with_log);
  return response;
}

/// The old form of an Event: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html
Answer<ServiceResponse> invoke_async(const LambdaParts& parts, const ServiceRequest& request)
{
  http::Request event = request.http;
  event.headers.set("x-amz-invocation-type", "Event");
  DAVIT_ANSWER_ASSIGN(auto call, read_invoke_call(event));
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  DAVIT_ANSWER_ASSIGN([[maybe_unused]] const auto function, QualifierResolver(parts.functions, parts.settings).find(name));
  return accept_event(parts, name, std::move(call.request));
}

}  // namespace davit::aws::local::lambda
