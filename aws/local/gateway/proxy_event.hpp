// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/core/time.hpp"
#include "aws/http/message.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::gateway {

/// What the gateway knows of a request beside its bytes.
struct ProxyContext {
  std::string account_id;
  std::string region = {};
  std::string api_id;
  std::string stage;
  std::string route_key;
  std::string path = {};  ///< as it came, below the stage
  std::string request_id;
  std::string trace_id;
  std::map<std::string, std::string> path_parameters = {};
  std::map<std::string, std::string> stage_variables = {};
  std::string resource_id = {};  ///< of a REST API, like the three below
  std::string deployment_id = {};
  std::string extended_request_id = {};
  std::vector<std::string> binary_types = {};
  OrderedJson authorizer = nullptr;  ///< what is known of the caller, by kind of authorizer; null when nobody was asked
  TimePoint time;
};

/// "Root=1-...": the trace that the caller goes on with, or a new one.
std::string trace_id_of(const http::Request& request, TimePoint now);

/// The event of payload format 2.0, as JSON text.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
std::string proxy_event(const server::IncomingRequest& request, const ProxyContext& context);

/// The event of payload format 1.0, from the same page.
std::string proxy_event_v1(const server::IncomingRequest& request, const ProxyContext& context);

/// The event of a REST API: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
std::string proxy_event_rest(const server::IncomingRequest& request, const ProxyContext& context);

/// The response that a function's answer stands for; nothing when API Gateway could not make one of it, which is a 500. An answer without
/// a status code is a body to format 2.0, and nothing to 1.0 and "rest".
std::optional<http::Response> proxy_response(const std::string& answer, std::string_view payload_format = "2.0");

/// The response, without its body, that the prelude of a streamed answer stands for: a document of status, headers and cookies. Nothing
/// when it is none. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
std::optional<http::Response> prelude_response(const std::string& text);

/// What the formats have in common: everything that is not known to be text travels as base64.
bool is_text(const std::string& content_type, const std::string& body);
/// Between client and gateway only (RFC 9110 section 7.6.1).
bool is_hop_by_hop(std::string_view lower_name);
/// "12/Mar/2020:19:03:58 +0000"
std::string request_time(TimePoint time);
std::string lower_case(std::string text);

}  // namespace davit::aws::local::gateway
