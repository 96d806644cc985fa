// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/rest_changes.hpp"
#include "aws/local/gateway/rest_documents.hpp"
#include "aws/local/gateway/rest_patch.hpp"
#include "aws/local/gateway/rest_refusal.hpp"
#include "aws/local/json_input.hpp"

/// How a REST API answers where it is not the function that does:
/// https://docs.aws.amazon.com/apigateway/latest/api/API_GatewayResponse.html
namespace davit::aws::local::gateway {
namespace {

constexpr std::string_view k_gateway_details[] = {"statusCode", "responseParameters", "responseTemplates"};
constexpr PatchMember k_gateway_members[] = {
    {"statusCode", PatchKind::text}, {"responseParameters", PatchKind::texts}, {"responseTemplates", PatchKind::texts}};

Json gateway_response_document(const Api& api, const std::string& type)
{
  const auto found = api.gateway_responses.find(type);
  Json document = {{"responseType", type},
                   {"defaultResponse", found == api.gateway_responses.end()},
                   {"responseParameters", Json::object()},
                   {"responseTemplates", {{"application/json", "{\"message\":$context.error.messageString}"}}}};
  if (found != api.gateway_responses.end()) {
    add_details(document, found->second);
  } else if (const int status = usual_status(type); status != 0) {
    document["statusCode"] = std::to_string(status);
  }
  return document;
}

Answer<Json> keep(Api& api, const std::string& type, const Json& document)
{
  if (!is_response_type(type)) {
    return bad_request("Invalid Gateway response type specified: " + type);
  }
  const std::string status = document.value("statusCode", "");
  if (!status.empty() && (status.size() != 3 || !std::all_of(status.begin(), status.end(), [](char c) { return c >= '0' && c <= '9'; }))) {
    return bad_request("Invalid status code: " + status);
  }
  api.gateway_responses.insert_or_assign(type, details_of(document, k_gateway_details));
  return gateway_response_document(api, type);
}

}  // namespace

Answer<Json> rest_put_gateway_response(Api& api, const RestLabels& labels, const Json& input)
{
  return keep(api, labels.at("ResponseType"), input);
}

Answer<Json> rest_get_gateway_response(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const std::string& type = labels.at("ResponseType");
  return is_response_type(type) ? Answer<Json>(gateway_response_document(api, type)) : no_such("Gateway response type");
}

Answer<Json> rest_get_gateway_responses(Api& api, const RestLabels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  for (const auto& type : response_types()) {
    items.push_back(gateway_response_document(api, std::string(type)));
  }
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_update_gateway_response(Api& api, const RestLabels& labels, const Json& input)
{
  const std::string& type = labels.at("ResponseType");
  DAVIT_ANSWER_ASSIGN(const Json wanted, patched(gateway_response_document(api, type), input, k_gateway_members));
  return keep(api, type, wanted);
}

Answer<Json> rest_delete_gateway_response(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const bool erased = api.gateway_responses.erase(labels.at("ResponseType")) > 0;
  return erased ? Answer<Json>(Json::object()) : no_such("Gateway response type");
}

}  // namespace davit::aws::local::gateway
