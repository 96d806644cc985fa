// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/mock_integration.hpp"
#include "aws/local/gateway/rest_changes.hpp"
#include "aws/local/gateway/rest_documents.hpp"
#include "aws/local/gateway/rest_patch.hpp"
#include "aws/local/json_input.hpp"

/// Methods, their integrations, and what both declare of their responses.
namespace davit::aws::local::gateway {
namespace {

constexpr std::string_view k_method_details[] = {"operationName", "requestModels", "requestParameters"};
constexpr std::string_view k_integration_details[] = {"requestTemplates", "requestParameters",  "passthroughBehavior", "contentHandling",
                                                      "cacheNamespace",   "cacheKeyParameters", "connectionType",      "credentials"};
constexpr std::string_view k_response_details[] = {"statusCode",        "responseParameters", "responseModels",
                                                   "responseTemplates", "selectionPattern",   "contentHandling"};

constexpr PatchMember k_method_members[] = {{"authorizationType", PatchKind::text},   {"authorizerId", PatchKind::text},
                                            {"authorizationScopes", PatchKind::list}, {"apiKeyRequired", PatchKind::flag},
                                            {"operationName", PatchKind::text},       {"requestValidatorId", PatchKind::text},
                                            {"requestModels", PatchKind::texts},      {"requestParameters", PatchKind::flags}};

constexpr PatchMember k_integration_members[] = {{"uri", PatchKind::text},
                                                 {"httpMethod", PatchKind::text},
                                                 {"timeoutInMillis", PatchKind::integer},
                                                 {"passthroughBehavior", PatchKind::text},
                                                 {"contentHandling", PatchKind::text},
                                                 {"cacheNamespace", PatchKind::text},
                                                 {"cacheKeyParameters", PatchKind::list},
                                                 {"credentials", PatchKind::text},
                                                 {"connectionType", PatchKind::text},
                                                 {"requestTemplates", PatchKind::texts},
                                                 {"requestParameters", PatchKind::texts}};

constexpr PatchMember k_method_response_members[] = {{"responseParameters", PatchKind::flags}, {"responseModels", PatchKind::texts}};
constexpr PatchMember k_integration_response_members[] = {{"responseParameters", PatchKind::texts},
                                                          {"responseTemplates", PatchKind::texts},
                                                          {"selectionPattern", PatchKind::text},
                                                          {"contentHandling", PatchKind::text}};

Answer<void> read_method(const Api& api, Route& route, const Json& document)
{
  DAVIT_ANSWER_ASSIGN(route.authorization, input::required_text(document, "authorizationType", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto authorizer_id, input::text(document, "authorizerId"));
  DAVIT_ANSWER_ASSIGN(const auto validator, input::text(document, "requestValidatorId"));
  DAVIT_ANSWER_ASSIGN(route.scopes, input::texts(document, "authorizationScopes"));
  DAVIT_ANSWER_ASSIGN(const bool needs_key, input::flag(document, "apiKeyRequired"));
  route.authorizer_id = authorizer_id.value_or("");
  if (needs_key || !validator.value_or("").empty()) {
    return bad_request("The local AWS serves methods without API keys and request validators only");
  }
  route.details = details_of(document, k_method_details);
  return check_rest_authorization(api, route);
}

Answer<void> read_integration(Integration& integration, const Json& document)
{
  DAVIT_ANSWER_ASSIGN(const auto type, input::required_text(document, "type", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto uri, input::text(document, "uri"));
  DAVIT_ANSWER_ASSIGN(const auto timeout, input::integer(document, "timeoutInMillis"));
  integration.is_mock = type == "MOCK";
  if (!integration.is_mock && type != "AWS_PROXY") {
    return bad_request("The local AWS serves integrations of type AWS_PROXY and MOCK only");
  }
  if (timeout && (*timeout < 50 || *timeout > 29'000)) {
    return bad_request("Timeout should be between 50 ms and 29000 ms");
  }
  if (!integration.is_mock) {
    DAVIT_ANSWER_ASSIGN(integration.function_arn, function_arn_of(uri.value_or("")));
  }
  integration.timeout_ms = static_cast<int>(timeout.value_or(29'000));
  integration.details = details_of(document, k_integration_details);
  return {};
}

Answer<void> check_templates(const Json& document)
{
  for (const auto& [type, text] : document.value("responseTemplates", std::map<std::string, std::string>{})) {
    if (!is_plain_template(text)) {
      return bad_request("The local AWS serves response templates that are texts with variables of $context only, not that for " + type);
    }
  }
  return {};
}

using Responses = std::map<std::string, std::string>;

Answer<Json> put_response(Responses& responses, const RestLabels& labels, Json document)
{
  document["statusCode"] = labels.at("StatusCode");
  responses.insert_or_assign(labels.at("StatusCode"), details_of(document, k_response_details));
  return Json::parse(responses.at(labels.at("StatusCode")));
}

Answer<Json> get_response(const Responses& responses, const RestLabels& labels)
{
  const auto found = responses.find(labels.at("StatusCode"));
  return found == responses.end() ? Answer<Json>(no_such("Response status code")) : Answer<Json>(Json::parse(found->second));
}

Answer<Json> update_response(Responses& responses, const RestLabels& labels, const Json& input, std::span<const PatchMember> members)
{
  DAVIT_ANSWER_ASSIGN(auto document, get_response(responses, labels));
  DAVIT_ANSWER_ASSIGN(auto changed, patched(std::move(document), input, members));
  return put_response(responses, labels, std::move(changed));
}

Answer<Json> delete_response(Responses& responses, const RestLabels& labels)
{
  return responses.erase(labels.at("StatusCode")) > 0 ? Answer<Json>(Json::object()) : no_such("Response status code");
}

}  // namespace

Answer<Json> rest_put_method(Api& api, const RestLabels& labels, const Json& input)
{
  const Resource* resource = rest_resource_of(api, labels);
  if (resource == nullptr) {
    return no_such("Resource");
  }
  if (rest_method_of(api, labels) != nullptr) {
    return refuse("ConflictException", "Method already exists for this resource", 409);
  }
  const std::string id = rest_method_id(labels);
  Route route{.id = id, .key = labels.at("HttpMethod") + " " + resource->path, .integration_id = id};
  if (const auto read = read_method(api, route, input); !read) {
    return tl::unexpected(read.error());
  }
  api.routes.push_back(std::move(route));
  return rest_method_document(api, api.routes.back());
}

Answer<Json> rest_get_method(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const Route* route = rest_method_of(api, labels);
  return route == nullptr ? Answer<Json>(no_such("Method")) : rest_method_document(api, *route);
}

Answer<Json> rest_update_method(Api& api, const RestLabels& labels, const Json& input)
{
  Route* route = rest_method_of(api, labels);
  if (route == nullptr) {
    return no_such("Method");
  }
  DAVIT_ANSWER_ASSIGN(const Json wanted, patched(rest_method_document(api, *route), input, k_method_members));
  return read_method(api, *route, wanted).map([&] { return rest_method_document(api, *route); });
}

Answer<Json> rest_delete_method(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const std::string id = rest_method_id(labels);
  std::erase_if(api.integrations, [&](const Integration& each) { return each.id == id; });
  return std::erase_if(api.routes, [&](const Route& each) { return each.id == id; }) > 0 ? Answer<Json>(Json::object()) : no_such("Method");
}

Answer<Json> rest_put_integration(Api& api, const RestLabels& labels, const Json& input)
{
  if (rest_method_of(api, labels) == nullptr) {
    return no_such("Method");
  }
  Integration integration{.id = rest_method_id(labels), .payload_format = "rest"};
  if (const auto read = read_integration(integration, input); !read) {
    return tl::unexpected(read.error());
  }
  std::erase_if(api.integrations, [&](const Integration& each) { return each.id == integration.id; });
  api.integrations.push_back(std::move(integration));
  return rest_integration_document(api.integrations.back());
}

Answer<Json> rest_get_integration(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const Integration* integration = rest_integration_of(api, labels);
  return integration == nullptr ? Answer<Json>(no_such("Integration")) : rest_integration_document(*integration);
}

Answer<Json> rest_update_integration(Api& api, const RestLabels& labels, const Json& input)
{
  Integration* integration = rest_integration_of(api, labels);
  if (integration == nullptr) {
    return no_such("Integration");
  }
  DAVIT_ANSWER_ASSIGN(const Json wanted, patched(rest_integration_document(*integration), input, k_integration_members));
  return read_integration(*integration, wanted).map([&] { return rest_integration_document(*integration); });
}

Answer<Json> rest_delete_integration(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const std::string id = rest_method_id(labels);
  const bool erased = std::erase_if(api.integrations, [&](const Integration& each) { return each.id == id; }) > 0;
  return erased ? Answer<Json>(Json::object()) : no_such("Integration");
}

Answer<Json> rest_put_method_response(Api& api, const RestLabels& labels, const Json& input)
{
  Route* route = rest_method_of(api, labels);
  return route == nullptr ? no_such("Method") : put_response(route->responses, labels, input);
}

Answer<Json> rest_get_method_response(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const Route* route = rest_method_of(api, labels);
  return route == nullptr ? no_such("Method") : get_response(route->responses, labels);
}

Answer<Json> rest_update_method_response(Api& api, const RestLabels& labels, const Json& input)
{
  Route* route = rest_method_of(api, labels);
  return route == nullptr ? no_such("Method") : update_response(route->responses, labels, input, k_method_response_members);
}

Answer<Json> rest_delete_method_response(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  Route* route = rest_method_of(api, labels);
  return route == nullptr ? no_such("Method") : delete_response(route->responses, labels);
}

Answer<Json> rest_put_integration_response(Api& api, const RestLabels& labels, const Json& input)
{
  Integration* integration = rest_integration_of(api, labels);
  if (const auto checked = check_templates(input); !checked) {
    return tl::unexpected(checked.error());
  }
  return integration == nullptr ? no_such("Integration") : put_response(integration->responses, labels, input);
}

Answer<Json> rest_get_integration_response(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const Integration* integration = rest_integration_of(api, labels);
  return integration == nullptr ? no_such("Integration") : get_response(integration->responses, labels);
}

Answer<Json> rest_update_integration_response(Api& api, const RestLabels& labels, const Json& input)
{
  Integration* integration = rest_integration_of(api, labels);
  return integration == nullptr ? no_such("Integration")
                                : update_response(integration->responses, labels, input, k_integration_response_members);
}

Answer<Json> rest_delete_integration_response(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  Integration* integration = rest_integration_of(api, labels);
  return integration == nullptr ? no_such("Integration") : delete_response(integration->responses, labels);
}

}  // namespace davit::aws::local::gateway
