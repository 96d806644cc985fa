// SPDX-License-Identifier: Apache-2.0
#include "aws/apigatewayv2/client.hpp"

#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::apigatewayv2 {
namespace {

Json to_json(const Cors& cors)
{
  Json out = {{"allowOrigins", cors.allow_origins}, {"allowCredentials", cors.allow_credentials}};
  if (!cors.allow_methods.empty()) {
    out["allowMethods"] = cors.allow_methods;
  }
  if (!cors.allow_headers.empty()) {
    out["allowHeaders"] = cors.allow_headers;
  }
  if (cors.max_age_s) {
    out["maxAge"] = *cors.max_age_s;
  }
  return out;
}

/// Absent and null members are the type's empty value.
template <typename T>
T member(const Json& object, const char* name)
{
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? T{} : found->get<T>();
}

Cors cors_of(const Json& json)
{
  Cors cors{.allow_origins = member<std::vector<std::string>>(json, "allowOrigins"),
            .allow_methods = member<std::vector<std::string>>(json, "allowMethods"),
            .allow_headers = member<std::vector<std::string>>(json, "allowHeaders"),
            .allow_credentials = member<bool>(json, "allowCredentials"),
            .max_age_s = std::nullopt};
  if (json.contains("maxAge") && json.at("maxAge").is_number_integer()) {
    cors.max_age_s = json.at("maxAge").get<int>();
  }
  return cors;
}

Api api_of(const Json& json)
{
  Api api{.api_id = member<std::string>(json, "apiId"),
          .name = member<std::string>(json, "name"),
          .api_endpoint = member<std::string>(json, "apiEndpoint"),
          .cors = std::nullopt};
  if (json.contains("corsConfiguration") && json.at("corsConfiguration").is_object()) {
    api.cors = cors_of(json.at("corsConfiguration"));
  }
  return api;
}

template <typename Read>
auto read(const http::Response& response, std::string_view operation, Read read) -> Result<decltype(read(Json()))>
{
  DAVIT_TRY_ASSIGN(const Json body, parse_json(response.body, std::string(operation) + "'s answer"));
  try {
    return read(body);
  } catch (const Json::exception& e) {
    return fail(failed_error(std::string(operation) + " answered with an unexpected shape: " + e.what()));
  }
}

Json body_of(const CreateApiInput& input)
{
  Json body = {{"name", input.name}, {"target", input.target}};
  if (input.cors) {
    body["corsConfiguration"] = to_json(*input.cors);
  }
  return body;
}

auth::ServiceCall rest_call(std::string operation, std::string method, std::string path)
{
  auth::ServiceCall call{.operation = std::move(operation)};
  call.method = std::move(method);
  call.path = std::move(path);
  return call;
}

}  // namespace

Result<Api> Client::create_api(const CreateApiInput& input)
{
  auto call = rest_call("CreateApi", "POST", "/v2/apis");
  Json body = body_of(input);
  body["protocolType"] = "HTTP";
  call.body = dump_json(body);
  call.effect = auth::Effect::write;
  DAVIT_TRY_ASSIGN(const http::Response response, m_service.call(call));
  return read(response, "CreateApi", api_of);
}

Result<std::vector<Api>> Client::get_apis()
{
  std::vector<Api> apis;
  std::string token;
  do {
    auto call = rest_call("GetApis", "GET", "/v2/apis");
    call.query = token.empty() ? "" : "nextToken=" + percent_encode(token);
    DAVIT_TRY_ASSIGN(const http::Response response, m_service.call(call));
    const auto read_page = [&](const Json& body) {
      for (const auto& item : member<Json::array_t>(body, "items")) {
        apis.push_back(api_of(item));
      }
      return member<std::string>(body, "nextToken");
    };
    DAVIT_TRY_ASSIGN(token, read(response, "GetApis", read_page));
  } while (!token.empty());
  return apis;
}

Result<Api> Client::update_api(const std::string& api_id, const CreateApiInput& input)
{
  auto call = rest_call("UpdateApi", "PATCH", "/v2/apis/" + percent_encode(api_id));
  call.body = dump_json(body_of(input));
  call.effect = auth::Effect::write;
  DAVIT_TRY_ASSIGN(const http::Response response, m_service.call(call));
  return read(response, "UpdateApi", api_of);
}

Status Client::delete_api(const std::string& api_id)
{
  auto call = rest_call("DeleteApi", "DELETE", "/v2/apis/" + percent_encode(api_id));
  call.effect = auth::Effect::write;
  DAVIT_TRY(m_service.call(call));
  return {};
}

}  // namespace davit::aws::apigatewayv2
