// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/identity_validation.hpp"
#include "aws/local/gateway/rest_changes.hpp"
#include "aws/local/gateway/rest_documents.hpp"
#include "aws/local/gateway/rest_patch.hpp"
#include "aws/local/gateway/user_pools.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

using AuthorizerLabels = std::map<std::string, std::string>;

constexpr const char* k_usual_source = "method.request.header.Authorization";

constexpr PatchMember k_authorizer_members[] = {{"name", PatchKind::text},
                                                {"authorizerUri", PatchKind::text},
                                                {"authorizerCredentials", PatchKind::text},
                                                {"identitySource", PatchKind::text},
                                                {"identityValidationExpression", PatchKind::text},
                                                {"authorizerResultTtlInSeconds", PatchKind::integer},
                                                {"providerARNs", PatchKind::list}};

Json rest_authorizer_document(const Authorizer& authorizer)
{
  const bool is_cognito = authorizer.type == "COGNITO_USER_POOLS";
  Json document = {{"id", authorizer.id},
                   {"name", authorizer.name},
                   {"type", authorizer.type},
                   {"authType", is_cognito ? "cognito_user_pools" : "custom"},
                   {"identitySource", authorizer.identity_text},
                   {"authorizerResultTtlInSeconds", authorizer.ttl_s}};
  if (is_cognito) {
    document["providerARNs"] = authorizer.provider_arns;
  } else {
    document["authorizerUri"] = invocation_uri(authorizer.function_arn);
  }
  if (!authorizer.identity_validation.empty()) {
    document["identityValidationExpression"] = authorizer.identity_validation;
  }
  return document;
}

/// "method.request.header.Authorization, method.request.querystring.q" as the sources of an HTTP API name the same.
std::vector<std::string> sources_of(std::string_view text)
{
  std::vector<std::string> sources;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    auto source = std::string(text.substr(0, end));
    source.erase(0, source.find_first_not_of(' '));
    constexpr std::string_view k_prefix = "method.request.";
    constexpr std::string_view k_variables = "stageVariables.";
    if (source.starts_with(k_prefix)) {
      source = "$request." + source.substr(k_prefix.size());
    } else if (source.starts_with(k_variables) || source.starts_with("context.")) {
      source = "$" + source;
    }
    sources.push_back(std::move(source));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return sources;
}

Answer<void> check_authorizer(const Authorizer& authorizer)
{
  const bool is_cognito = authorizer.type == "COGNITO_USER_POOLS";
  const auto& arns = authorizer.provider_arns;
  if (!is_cognito && authorizer.type != "TOKEN" && authorizer.type != "REQUEST") {
    return bad_request(fmt::format("Invalid authorizer type specified: {}", authorizer.type));
  }
  if (is_cognito && (arns.empty() || !std::all_of(arns.begin(), arns.end(), [](const auto& arn) { return user_pool_of_arn(arn); }))) {
    return bad_request("Invalid Cognito User Pool provider ARN");
  }
  const bool is_header = authorizer.identity_sources.size() == 1 && authorizer.identity_sources.front().starts_with("$request.header.");
  if (authorizer.type != "REQUEST" && !is_header) {
    return bad_request(
        fmt::format("Invalid identity source for an authorizer of type {}: it is one header, like {}", authorizer.type, k_usual_source));
  }
  if (authorizer.ttl_s < 0 || authorizer.ttl_s > 3600) {
    return bad_request("Authorizer result TTL must be between 0 and 3600 seconds");
  }
  if (!is_validation_expression(authorizer.identity_validation)) {
    return bad_request(fmt::format("Invalid identity validation expression: {}", authorizer.identity_validation));
  }
  return {};
}

Answer<void> read_authorizer(Authorizer& authorizer, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(authorizer.name, input::required_text(input, "name", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(authorizer.type, input::required_text(input, "type", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto uri, input::text(input, "authorizerUri"));
  DAVIT_ANSWER_ASSIGN(const auto identity, input::text(input, "identitySource"));
  DAVIT_ANSWER_ASSIGN(const auto validation, input::text(input, "identityValidationExpression"));
  DAVIT_ANSWER_ASSIGN(const auto ttl, input::integer(input, "authorizerResultTtlInSeconds"));
  DAVIT_ANSWER_ASSIGN(authorizer.provider_arns, input::texts(input, "providerARNs"));
  authorizer.identity_text = identity.value_or(authorizer.type == "REQUEST" ? "" : k_usual_source);
  authorizer.identity_sources = sources_of(authorizer.identity_text);
  authorizer.identity_validation = validation.value_or("");
  authorizer.payload_format = "rest";
  authorizer.ttl_s = static_cast<int>(ttl.value_or(300));
  if (const auto checked = check_authorizer(authorizer); !checked) {
    return tl::unexpected(checked.error());
  }
  if (authorizer.type != "COGNITO_USER_POOLS") {
    DAVIT_ANSWER_ASSIGN(authorizer.function_arn, function_arn_of(uri.value_or("")));
  }
  return {};
}

}  // namespace

Answer<void> check_rest_authorization(const Api& api, const Route& route)
{
  const std::string& type = route.authorization;
  const Authorizer* authorizer = api.authorizer(route.authorizer_id);
  if (type == "NONE" || type == "AWS_IAM") {
    return {};
  }
  if (type != "CUSTOM" && type != "COGNITO_USER_POOLS") {
    return bad_request("The local AWS serves methods of AuthorizationType NONE, AWS_IAM, CUSTOM and COGNITO_USER_POOLS");
  }
  if (authorizer == nullptr || (authorizer->type == "COGNITO_USER_POOLS") != (type == "COGNITO_USER_POOLS")) {
    return bad_request(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.");
  }
  return {};
}

Answer<Json> rest_create_authorizer(Api& api, const AuthorizerLabels& /*labels*/, const Json& input)
{
  Authorizer authorizer{.id = new_id(6)};
  if (const auto read = read_authorizer(authorizer, input); !read) {
    return tl::unexpected(read.error());
  }
  api.authorizers.push_back(authorizer);
  return rest_authorizer_document(authorizer);
}

Answer<Json> rest_update_authorizer(Api& api, const AuthorizerLabels& labels, const Json& input)
{
  const auto found = std::find_if(api.authorizers.begin(), api.authorizers.end(),
                                  [&](const Authorizer& each) { return each.id == labels.at("AuthorizerId"); });
  if (found == api.authorizers.end()) {
    return no_such("Authorizer");
  }
  DAVIT_ANSWER_ASSIGN(const Json wanted, patched(rest_authorizer_document(*found), input, k_authorizer_members));
  return read_authorizer(*found, wanted).map([&] { return rest_authorizer_document(*found); });
}

Answer<Json> rest_get_authorizers(Api& api, const AuthorizerLabels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  for (const auto& authorizer : api.authorizers) {
    items.push_back(rest_authorizer_document(authorizer));
  }
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_get_authorizer(Api& api, const AuthorizerLabels& labels, const Json& /*input*/)
{
  const Authorizer* authorizer = api.authorizer(labels.at("AuthorizerId"));
  return authorizer == nullptr ? Answer<Json>(no_such("Authorizer")) : rest_authorizer_document(*authorizer);
}

Answer<Json> rest_delete_authorizer(Api& api, const AuthorizerLabels& labels, const Json& /*input*/)
{
  const bool erased = std::erase_if(api.authorizers, [&](const Authorizer& each) { return each.id == labels.at("AuthorizerId"); }) > 0;
  return erased ? Answer<Json>(Json::object()) : no_such("Authorizer");
}

}  // namespace davit::aws::local::gateway
