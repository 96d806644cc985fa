// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/backend_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "aws/apigatewayv2/client.hpp"
#include "aws/auth/environment.hpp"
#include "aws/auth/sigv4.hpp"
#include "aws/dynamodb/client.hpp"
#include "aws/lambda/client.hpp"
#include "aws/lambda/http_event.hpp"
#include "aws/logs/client.hpp"
#include "cli/config/table_target.hpp"
#include "cli/local_state.hpp"
#include "commands/workflow/log_group.hpp"
#include "commands/workflow/request_event.hpp"
#include "commands/workflow/smoke/item_call.hpp"

namespace davit::commands::workflow::smoke {
namespace {

/// Twice what an HTTP API waits for its function (API Gateway quotas: 30 s).
constexpr std::chrono::milliseconds k_http_limit{60'000};

std::string local_state_directory(const cli::Context& context)
{
  return context.globals().state.empty() ? (context.state_directory() / "local").string() : context.globals().state.string();
}

std::optional<FunctionTarget> handler_if_any(cli::Context& context)
{
  auto function = find_function(context, "");
  return function ? std::optional(std::move(*function)) : std::nullopt;
}

Result<Destination> local_destination(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const cli::LocalState state, cli::read_local_state(local_state_directory(context)));
  DAVIT_TRY_ASSIGN(const Url url, parse_url(state.gateway));
  return Destination{.name = "local", .url = url, .function = handler_if_any(context), .qualifier = {}};
}

Result<Destination> url_destination(cli::Context& context, const std::string& target)
{
  DAVIT_TRY_ASSIGN(const Url url, parse_url(target));
  if (target.find_first_of("?#") != std::string::npos) {
    return fail(usage_error(fmt::format("the target '{}' has a query or fragment", target), "paths of steps are appended to it"));
  }
  return Destination{.name = target, .url = url, .function = handler_if_any(context), .qualifier = {}};
}

Result<Destination> api_destination(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project());
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  DAVIT_TRY_ASSIGN(const auto apis, aws::apigatewayv2::Client(*session).get_apis());
  const std::string name = project->name + "-" + project->environment;
  const auto found = std::find_if(apis.begin(), apis.end(), [&](const auto& api) { return api.name == name; });
  if (found == apis.end()) {
    return fail(not_found_error(fmt::format("there is no HTTP API {}", name), "`davit status` shows what is deployed"));
  }
  return url_destination(context, found->api_endpoint);
}

/// "url", "url:FUNCTION", "url:FUNCTION:ALIAS".
Result<Destination> function_url_destination(cli::Context& context, const std::string& target)
{
  const std::string rest = target == "url" ? "" : target.substr(4);
  const std::size_t colon = rest.find(':');
  DAVIT_TRY_ASSIGN(const FunctionTarget function, find_function(context, rest.substr(0, colon)));
  const std::string alias = colon == std::string::npos ? "" : rest.substr(colon + 1);
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  DAVIT_TRY_ASSIGN(const auto config, aws::lambda::Client(*session).get_function_url_config(function.physical_name, alias));
  DAVIT_TRY_ASSIGN(Destination out, url_destination(context, config.url));
  out.function = function;
  out.qualifier = alias;
  out.signed_for = config.auth_type == "AWS_IAM" ? "lambda" : "";
  return out;
}

aws::http::ClientSettings http_settings()
{
  const auto bundle = aws::auth::Environment::of_process().get("AWS_CA_BUNDLE");
  return {.ca_bundle = bundle ? std::optional<std::filesystem::path>(*bundle) : std::nullopt};
}

}  // namespace

Result<Destination> find_destination(cli::Context& context, const std::string& target)
{
  if (target == "local") {
    return local_destination(context);
  }
  if (target == "api") {
    return api_destination(context);
  }
  if (target.find("://") != std::string::npos) {
    return url_destination(context, target);
  }
  if (target == "url" || target.starts_with("url:")) {
    return function_url_destination(context, target);
  }
  const std::size_t colon = target.starts_with("arn:") ? std::string::npos : target.find(':');
  const std::string named = target.substr(0, colon);
  DAVIT_TRY_ASSIGN(FunctionTarget function, find_function(context, named == "function" ? "" : named));
  return Destination{.name = target,
                     .url = std::nullopt,
                     .function = std::move(function),
                     .qualifier = colon == std::string::npos ? "" : target.substr(colon + 1)};
}

BackendTarget::BackendTarget(cli::Context& context, Destination destination)
    : m_context(context), m_destination(std::move(destination)), m_http(http_settings()), m_tokens(context)
{
}

Result<Answer> BackendTarget::send(const PreparedRequest& request, TimeLimit limit)
{
  const auto finish = [this](aws::http::Request http) { return signed_where_needed(std::move(http)); };
  return m_destination.url ? m_http.send(*m_destination.url, request, limit.value_or(k_http_limit), finish)
                           : send_to_function(request, limit);
}

/// A step with an authorization of its own, a token, is sent with that alone.
Result<aws::http::Request> BackendTarget::signed_where_needed(aws::http::Request request)
{
  if (m_destination.signed_for.empty() || request.headers.get("authorization")) {
    return request;
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  DAVIT_TRY_ASSIGN(const auto credentials, session->credentials());
  DAVIT_TRY_ASSIGN(const auto region, session->region());
  const aws::auth::sigv4::SigningOptions options{.region = region.value, .service = m_destination.signed_for, .time = system_now()};
  return aws::auth::sigv4::sign(std::move(request), credentials, options).map([](auto done) { return std::move(done.request); });
}

Result<Answer> BackendTarget::send_to_function(const PreparedRequest& request, TimeLimit limit)
{
  DAVIT_TRY_ASSIGN(aws::http::Request http, http_request(parse_url("https://localhost").value(), request));
  DAVIT_TRY_ASSIGN(Answer invoked, invoke_payload(request_event(std::move(http)), limit));
  if (!invoked.function_error.empty()) {
    return invoked;
  }
  const auto http_answer = aws::lambda::http_answer(invoked.body);
  Answer answer = answer_of(http_answer.status, http_answer.headers, http_answer.body);
  answer.log = std::move(invoked.log);
  return answer;
}

Result<Answer> BackendTarget::invoke_payload(const std::string& payload, TimeLimit limit)
{
  if (!m_destination.function) {
    return fail(usage_error("no function is known to send an event to", "use --target FUNCTION, or a davit.yaml with a handler"));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  aws::lambda::Client client{*session};
  const FunctionTarget& function = *m_destination.function;
  DAVIT_TRY_ASSIGN(aws::lambda::InvokeOutput output, client.invoke({.function = function.physical_name,
                                                                    .payload = payload,
                                                                    .qualifier = m_destination.qualifier,
                                                                    .function_timeout = function.timeout,
                                                                    .read_timeout = limit}));
  Answer answer{.body = std::move(output.payload), .function_error = std::move(output.function_error), .log = std::move(output.log_tail)};
  return answer;
}

Result<Answer> BackendTarget::invoke(const OrderedJson& event, TimeLimit limit)
{
  return invoke_payload(event.dump(), limit);
}

Result<Answer> BackendTarget::call_item(const ItemCall& call)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, m_context.project_if_any());
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  aws::dynamodb::Client client{*session};
  return smoke::call_item(client, cli::config::find_table(project, call.table).physical_name, call);
}

Result<std::string> BackendTarget::log_since(TimePoint start)
{
  if (!m_destination.function) {
    return fail(usage_error("no function is known to read the log of", "use --target FUNCTION, or a davit.yaml with a handler"));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  aws::logs::Client client{*session};
  DAVIT_TRY_ASSIGN(const std::string group, log_group_of_function(*session, m_destination.function->physical_name));
  const auto events = client.all_log_events({.group = group, .start = start});
  if (!events && events.error().kind != ErrorKind::not_found) {
    return fail(events.error());
  }
  std::string out;
  // The first invocation of a function makes its group.
  for (const auto& event : events ? *events : std::vector<aws::logs::LogEvent>{}) {
    out += event.message + (event.message.ends_with('\n') ? "" : "\n");
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
