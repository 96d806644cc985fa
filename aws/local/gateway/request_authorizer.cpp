// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/request_authorizer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "aws/local/gateway/identity_validation.hpp"

namespace davit::aws::local::gateway {
namespace {

/// API Gateway waits ten seconds for an authorizer.
constexpr std::chrono::milliseconds k_authorizer_limit{10'000};
constexpr std::size_t k_most_kept = 10'000;

tl::unexpected<AuthorizationRefusal> refused(int status, std::string error)
{
  return tl::unexpected(AuthorizationRefusal{.status = status, .error = std::move(error)});
}

/// '*' stands for any run of characters, '?' for one:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
bool matches(std::string_view pattern, std::string_view text)
{
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern.front() == '*') {
    return matches(pattern.substr(1), text) || (!text.empty() && matches(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) && matches(pattern.substr(1), text.substr(1));
}

bool names(const Json& value, std::string_view text)
{
  if (value.is_string()) {
    return matches(value.get_ref<const std::string&>(), text);
  }
  return value.is_array() && std::any_of(value.begin(), value.end(), [&](const Json& each) { return names(each, text); });
}

/// What a policy says of this route; a Deny outweighs every Allow.
enum class Effect { none, allow, deny };

Effect effect_of(const Json& policy, std::string_view arn)
{
  Effect effect = Effect::none;
  const Json statements = policy.value("Statement", Json::array());
  for (const Json& statement : statements.is_array() ? statements : Json::array({statements})) {
    if (!names(statement.value("Action", Json()), "execute-api:Invoke") || !names(statement.value("Resource", Json()), arn)) {
      continue;
    }
    if (statement.value("Effect", "") == "Deny") {
      return Effect::deny;
    }
    effect = statement.value("Effect", "") == "Allow" ? Effect::allow : effect;
  }
  return effect;
}

/// What the function's answer means for one route. Anything but the form that the authorizer is set to is its own failure.
Authorization verdict_of(const Json& answer, const Authorizer& authorizer, const std::string& arn)
{
  const char* member = authorizer.simple_responses ? "isAuthorized" : "policyDocument";
  if (!answer.is_object() || !answer.contains(member)) {
    return refused(500, fmt::format("The authorizer's response has no {}", member));
  }
  const Effect effect = !authorizer.simple_responses ? effect_of(answer[member], arn)
                        : answer[member] == true     ? Effect::allow
                                                     : Effect::none;
  if (effect != Effect::allow) {
    return refused(403, effect == Effect::deny ? "User is not authorized to access this resource with an explicit deny"
                                               : "User is not authorized to access this resource");
  }
  OrderedJson context = OrderedJson::parse(answer.value("context", Json::object()).dump());
  if (!authorizer.simple_responses && authorizer.payload_format != "2.0" && answer.contains("principalId")) {
    context["principalId"] = answer["principalId"].get<std::string>();
  }
  if (authorizer.payload_format == "rest") {
    for (auto& value : context) {
      value = value.is_string() ? value : OrderedJson(value.dump());
    }
  }
  return OrderedJson{{"lambda", context.empty() ? OrderedJson(nullptr) : std::move(context)}};
}

/// "arn:aws:execute-api:us-east-1:123456789012:abcdef123/stage/GET/path"
std::string route_arn(const ProxyContext& context, const server::IncomingRequest& request)
{
  return fmt::format("arn:aws:execute-api:{}:{}:{}/{}/{}{}", context.region, context.account_id, context.api_id, context.stage,
                     request.message.method, context.path);
}

std::string authorizer_event(const Authorizer& authorizer, const server::IncomingRequest& request, const ProxyContext& context,
                             const std::string& arn, const std::vector<std::string>& identity)
{
  server::IncomingRequest bare = request;
  bare.message.body.clear();
  OrderedJson event;
  if (authorizer.type == "TOKEN") {
    event = {{"type", "TOKEN"}, {"methodArn", arn}, {"authorizationToken", identity.front()}};
  } else if (authorizer.payload_format == "rest") {
    event = {{"type", "REQUEST"}, {"methodArn", arn}};
    const OrderedJson proxied = OrderedJson::parse(proxy_event_rest(bare, context));
    for (const auto& [name, value] : proxied.items()) {
      if (name != "body" && name != "isBase64Encoded") {
        event[name] = value;
      }
    }
  } else if (authorizer.payload_format == "1.0") {
    const OrderedJson proxied = OrderedJson::parse(proxy_event_v1(bare, context));
    event = {{"version", "1.0"}, {"type", "REQUEST"}, {"methodArn", arn}};
    event["identitySource"] = fmt::format("{}", fmt::join(identity, ","));
    event["authorizationToken"] = event["identitySource"];
    for (const char* member :
         {"resource", "path", "httpMethod", "headers", "queryStringParameters", "pathParameters", "stageVariables", "requestContext"}) {
      event[member] = proxied.at(member);
    }
  } else {
    event = {{"version", "2.0"}, {"type", "REQUEST"}, {"routeArn", arn}, {"identitySource", identity}};
    const OrderedJson proxied = OrderedJson::parse(proxy_event(bare, context));
    for (const auto& [name, value] : proxied.items()) {
      if (name != "version" && name != "isBase64Encoded") {
        event[name] = value;
      }
    }
  }
  return event.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

std::optional<Json> RequestAuthorizers::kept(const std::string& cache_key)
{
  const std::lock_guard lock(m_mutex);
  const auto found = m_kept.find(cache_key);
  return found == m_kept.end() || found->second.until < std::chrono::steady_clock::now() ? std::nullopt
                                                                                         : std::optional(found->second.answer);
}

void RequestAuthorizers::keep(const std::string& cache_key, const Json& answer, std::chrono::seconds time)
{
  const std::lock_guard lock(m_mutex);
  if (m_kept.size() >= k_most_kept) {
    m_kept.clear();
  }
  m_kept.insert_or_assign(cache_key, Kept{std::chrono::steady_clock::now() + time, answer});
}

Authorization RequestAuthorizers::authorize(const Authorizer& authorizer, const server::IncomingRequest& request,
                                            const ProxyContext& context)
{
  const auto identity = identity_of(authorizer.identity_sources, request, context);
  if (!identity) {
    return refused(401, "an identity source is missing");
  }
  if (authorizer.type == "TOKEN" && !is_valid_identity(authorizer.identity_validation, identity->front())) {
    return refused(401, "the token does not match the validation expression");
  }
  const std::string arn = route_arn(context, request);
  const bool keeps = authorizer.ttl_s > 0 && !identity->empty();
  const std::string cache_key = keeps ? fmt::format("{}\n{}", authorizer.id, fmt::join(*identity, "\n")) : "";
  if (const auto answer = keeps ? kept(cache_key) : std::nullopt) {
    return verdict_of(*answer, authorizer, arn);
  }
  return ask(authorizer, authorizer_event(authorizer, request, context, arn, *identity), arn, cache_key);
}

Authorization RequestAuthorizers::ask(const Authorizer& authorizer, const std::string& event, const std::string& arn,
                                      const std::string& cache_key)
{
  const auto name = lambda::parse_function_name({}, authorizer.function_arn);
  const auto function = name ? m_resolver.choose(*name) : tl::unexpected(name.error());
  if (!function) {
    return refused(500, function.error().message);
  }
  const auto result = m_invoker.invoke_within(k_authorizer_limit, *function, {.payload = event});
  if (!result) {
    return refused(500, result.error().message);
  }
  const Json answer = Json::parse(result->payload, nullptr, false);
  if (result->function_error) {
    // How an authorizer says 401: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
    const bool unauthorized = answer.is_object() && answer.value("errorMessage", "") == "Unauthorized";
    return refused(unauthorized ? 401 : 500, "The authorizer failed");
  }
  if (!cache_key.empty() && answer.is_object()) {
    keep(cache_key, answer, std::chrono::seconds(authorizer.ttl_s));
  }
  return verdict_of(answer, authorizer, arn);
}

}  // namespace davit::aws::local::gateway
