// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/document_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/auth/idempotency.hpp"
#include "aws/auth/rest_operation.hpp"
#include "aws/auth/service_model.hpp"
#include "aws/core/json.hpp"
#include "aws/core/spelling.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::auth {
namespace {

constexpr std::string_view k_space = " \t\r\n";
/// A function runs for 15 minutes at most; and some seconds for its start and the way there and back.
constexpr std::chrono::seconds k_longest_invocation{910};

/// Behind the string that begins at `at`.
std::size_t skip_string(std::string_view text, std::size_t at)
{
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    at += text[at] == '\\' ? 1 : 0;
  }
  return at + 1;
}

/// Behind the value that begins at `at`.
std::size_t skip_value(std::string_view text, std::size_t at)
{
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
    } else if (c == '{' || c == '[') {
      ++depth;
      ++at;
    } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || k_space.find(c) != std::string_view::npos)) {
      return at;
    } else {
      depth -= c == '}' || c == ']' ? 1 : 0;
      ++at;
    }
    const bool is_container_end = depth == 0 && (text[at - 1] == '}' || text[at - 1] == ']' || text[at - 1] == '"');
    if (is_container_end) {
      return at;
    }
  }
  return at;
}

std::string text_of(const Json& value)
{
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

template <typename Function>
void for_each_name(std::string_view list, Function&& function)
{
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    function(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
}

/// Fills the members into the path and takes them out of the input.
Result<std::string> take_path(const RestOperation& operation, Json& input)
{
  std::string out;
  std::string_view rest = operation.path;
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}', open);
    const std::string name{rest.substr(open + 1, close - open - 1)};
    const auto member = input.find(name);
    if (member == input.end() || text_of(*member).empty()) {
      return fail(usage_error(fmt::format("{} needs the member {}", operation.name, name)));
    }
    out += std::string(rest.substr(0, open)) + percent_encode(text_of(*member));
    input.erase(member);
    rest = rest.substr(close + 1);
  }
  return out + std::string(rest);
}

void add_parameter(std::string& out, std::string_view name, std::string_view value)
{
  out += fmt::format("{}{}={}", out.empty() ? "" : "&", percent_encode(name), percent_encode(value));
}

/// Each element of a list becomes a parameter of its own.
std::string take_query(const RestOperation& operation, Json& input)
{
  std::string out;
  for_each_name(operation.query, [&](std::string_view binding) {
    const std::size_t equals = binding.find('=');
    if (equals != std::string_view::npos) {
      return add_parameter(out, binding.substr(0, equals), binding.substr(equals + 1));
    }
    const std::size_t colon = binding.find(':');
    const auto member = input.find(binding.substr(0, colon));
    if (member == input.end()) {
      return;
    }
    const Json values = member->is_array() ? *member : member->is_null() ? Json::array() : Json::array({*member});
    for (const auto& value : values) {
      add_parameter(out, colon == std::string_view::npos ? binding : binding.substr(colon + 1), text_of(value));
    }
    input.erase(member);
  });
  return out;
}

http::Headers take_headers(const RestOperation& operation, Json& input)
{
  http::Headers out;
  for_each_name(operation.headers, [&](std::string_view binding) {
    const std::size_t colon = binding.find(':');
    if (const auto member = input.find(binding.substr(0, colon)); member != input.end() && !member->is_null()) {
      out.add(std::string(binding.substr(colon + 1)), text_of(*member));
      input.erase(member);
    }
  });
  return out;
}

/// What is left of the input. A member that goes nowhere is an error: passed over in silence, a mistyped Qualifier would be $LATEST.
Result<std::string> take_body(const RestOperation& operation, Json& input, std::string_view document)
{
  const bool has_body = operation.payload.empty() && operation.method != "GET" && operation.method != "DELETE";
  if (has_body) {
    return dump_json(input);
  }
  std::string body;
  if (const auto payload = input.find(operation.payload); !operation.payload.empty() && payload != input.end()) {
    body = payload->is_string() ? payload->get<std::string>() : std::string(raw_member(document, operation.payload));
    input.erase(payload);
  }
  if (!input.empty()) {
    return fail(usage_error(fmt::format("{} has no member {}", operation.name, input.begin().key()),
                            "members are spelled as in the API reference: FunctionName"));
  }
  return body;
}

Result<Json> parse_input(std::string_view document)
{
  DAVIT_TRY_ASSIGN(Json input, parse_json(document, "the request document"));
  if (!input.is_object()) {
    return fail(usage_error("the request document is no JSON object"));
  }
  return input;
}

std::string hint_for_unknown(std::string_view service, std::string_view operation)
{
  const auto names = rest_operation_names(service);
  if (names.empty()) {
    return fmt::format("of services with REST paths davit calls lambda; for {} it knows the endpoint and how to sign", service);
  }
  const auto near = nearest(operation, names);
  return near ? fmt::format("did you mean {}?", *near) : "names are spelled as in the API reference: GetFunction";
}

Result<ServiceCall> rest_call(std::string_view service, std::string_view operation, std::string_view document)
{
  const RestOperation* const model = find_rest_operation(service, operation);
  if (model == nullptr) {
    return fail(
        usage_error(fmt::format("davit does not know the operation {} of {}", operation, service), hint_for_unknown(service, operation)));
  }
  DAVIT_TRY_ASSIGN(Json input, parse_input(document));
  ServiceCall call{.operation = std::string(operation), .effect = effect_of(operation), .method = std::string(model->method)};
  const bool is_guarded = input.contains("RevisionId") || input.contains("CodeSha256");
  const bool runs_or_makes_one_more = operation == "Invoke" || (operation == "PublishVersion" && !is_guarded);
  call.retry = runs_or_makes_one_more ? Retry::never_once_it_was_sent : Retry::standard;
  if (operation == "Invoke") {
    call.read_timeout = k_longest_invocation;
  }
  DAVIT_TRY_ASSIGN(call.path, take_path(*model, input));
  call.query = take_query(*model, input);
  call.headers = take_headers(*model, input);
  DAVIT_TRY_ASSIGN(call.body, take_body(*model, input, document));
  return call;
}

void flatten(const Json& value, const std::string& name, std::string& out);

/// The members that are maps in the query services that davit knows; every other object is a structure.
bool is_map(std::string_view name)
{
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return last == "Attributes" || last == "attributes" || last == "MessageAttributes" || last == "ResourceIdentifier";
}

void flatten_map(const Json& map, const std::string& name, std::string& out)
{
  const bool is_message = name.ends_with("MessageAttributes");
  int number = 0;
  for (const auto& [key, member] : map.items()) {
    const std::string entry = fmt::format("{}.entry.{}", name, ++number);
    add_parameter(out, entry + (is_message ? ".Name" : ".key"), key);
    flatten(member, entry + (is_message ? ".Value" : ".value"), out);
  }
}

/// "Tags.member.1.Key=...": https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
void flatten(const Json& value, const std::string& name, std::string& out)
{
  if (value.is_object() && is_map(name)) {
    flatten_map(value, name, out);
  } else if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      flatten(member, name.empty() ? key : name + "." + key, out);
    }
  } else if (value.is_array() && value.empty()) {
    add_parameter(out, name, "");
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      flatten(value[i], fmt::format("{}.member.{}", name, i + 1), out);
    }
  } else if (!value.is_null()) {
    add_parameter(out, name, text_of(value));
  }
}

Result<ServiceCall> query_call(std::string_view operation, std::string_view document)
{
  DAVIT_TRY_ASSIGN(const Json input, parse_input(document));
  ServiceCall call{.operation = std::string(operation), .effect = effect_of(operation)};
  flatten(input, "", call.body);
  return call;
}

bool is_operation_name(std::string_view text)
{
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string_view raw_member(std::string_view object, std::string_view name)
{
  std::size_t at = object.find('{');
  while (at != std::string_view::npos) {
    const std::size_t key = object.find('"', at);
    if (key == std::string_view::npos) {
      return {};
    }
    const std::size_t key_end = skip_string(object, key);
    const std::size_t value = object.find_first_not_of(k_space, object.find(':', key_end) + 1);
    const std::size_t value_end = skip_value(object, value);
    if (object.substr(key + 1, key_end - key - 2) == name) {
      return object.substr(value, value_end - value);
    }
    at = object.find(',', value_end);
  }
  return {};
}

bool is_unsigned(std::string_view service, std::string_view operation)
{
  // The operations with the trait optionalAuth in AWS's models; those of Cognito carry a user's own token, or none yet.
  constexpr std::string_view k_cognito[] = {"AssociateSoftwareToken",
                                            "ChangePassword",
                                            "CompleteWebAuthnRegistration",
                                            "ConfirmDevice",
                                            "ConfirmForgotPassword",
                                            "ConfirmSignUp",
                                            "DeleteUser",
                                            "DeleteUserAttributes",
                                            "DeleteWebAuthnCredential",
                                            "ForgetDevice",
                                            "ForgotPassword",
                                            "GetDevice",
                                            "GetTokensFromRefreshToken",
                                            "GetUser",
                                            "GetUserAttributeVerificationCode",
                                            "GetUserAuthFactors",
                                            "GlobalSignOut",
                                            "InitiateAuth",
                                            "ListDevices",
                                            "ListWebAuthnCredentials",
                                            "ResendConfirmationCode",
                                            "RespondToAuthChallenge",
                                            "RevokeToken",
                                            "SetUserMFAPreference",
                                            "SetUserSettings",
                                            "SignUp",
                                            "StartWebAuthnRegistration",
                                            "UpdateAuthEventFeedback",
                                            "UpdateDeviceStatus",
                                            "UpdateUserAttributes",
                                            "VerifySoftwareToken",
                                            "VerifyUserAttribute"};
  if (service == "sts") {
    return operation == "AssumeRoleWithWebIdentity" || operation == "AssumeRoleWithSAML";
  }
  return service == "cognito-idp" && std::find(std::begin(k_cognito), std::end(k_cognito), operation) != std::end(k_cognito);
}

Effect effect_of(std::string_view operation)
{
  constexpr std::string_view k_reading[] = {"Get",  "List",   "Describe", "Query", "Scan",     "BatchGet", "TransactGet", "Filter",
                                            "Head", "Search", "Lookup",   "Test",  "Estimate", "Validate", "Simulate",    "Decode"};
  const bool reads =
      std::any_of(std::begin(k_reading), std::end(k_reading), [&](std::string_view start) { return operation.starts_with(start); });
  return reads ? Effect::read : Effect::write;
}

Result<ServiceCall> call_of_document(std::string_view service, std::string_view operation, std::string_view document)
{
  DAVIT_TRY_ASSIGN(const ServiceModel* model, find_service(service));
  if (!is_operation_name(operation)) {
    return fail(
        usage_error(fmt::format("'{}' is no name of an operation", operation), "names are spelled as in the API reference: ListTables"));
  }
  const bool is_blank = document.find_first_not_of(k_space) == std::string_view::npos;
  const std::string input = with_idempotency_token(service, operation, is_blank ? "{}" : document);
  switch (model->protocol) {
    case Protocol::json_1_0:
    case Protocol::json_1_1:
      return ServiceCall{.operation = std::string(operation), .body = input, .effect = effect_of(operation)};
    case Protocol::query:
      return query_call(operation, input);
    case Protocol::rest_json:
    case Protocol::rest_xml:
      return rest_call(service, operation, input);
  }
  return fail(Error{.kind = ErrorKind::bug, .message = "a service of no protocol"});
}

}  // namespace davit::aws::auth
