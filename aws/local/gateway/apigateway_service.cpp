// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/apigateway_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/gateway/route_match.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr front::RestRoute k_routes[] = {
    {"POST", "/v2/apis", "CreateApi"},
    {"GET", "/v2/apis", "GetApis"},
    {"GET", "/v2/apis/{ApiId}", "GetApi"},
    {"PATCH", "/v2/apis/{ApiId}", "UpdateApi"},
    {"DELETE", "/v2/apis/{ApiId}", "DeleteApi"},
    {"DELETE", "/v2/apis/{ApiId}/cors", "DeleteCorsConfiguration"},
    {"POST", "/v2/apis/{ApiId}/integrations", "CreateIntegration"},
    {"GET", "/v2/apis/{ApiId}/integrations", "GetIntegrations"},
    {"POST", "/v2/apis/{ApiId}/routes", "CreateRoute"},
    {"GET", "/v2/apis/{ApiId}/routes", "GetRoutes"},
    {"DELETE", "/v2/apis/{ApiId}/routes/{RouteId}", "DeleteRoute"},
    {"POST", "/v2/apis/{ApiId}/stages", "CreateStage"},
    {"GET", "/v2/apis/{ApiId}/stages", "GetStages"},
    {"DELETE", "/v2/apis/{ApiId}/stages/{StageName}", "DeleteStage"},
};

tl::unexpected<Fault> bad_request(std::string text)
{
  return refuse("BadRequestException", std::move(text), 400);
}

tl::unexpected<Fault> not_found(const std::string& what, const std::string& id)
{
  return refuse("NotFoundException", fmt::format("Invalid {} identifier specified {}", what, id), 404);
}

/// Lower-case letters and digits, as AWS's identifiers.
std::string new_id(std::size_t length)
{
  static constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string id;
  for (const char byte : crypto::random_bytes(length)) {
    id += k_letters[static_cast<unsigned char>(byte) % k_letters.size()];
  }
  return id;
}

/// The function of an integration: its ARN, or the path that Terraform's invoke_arn is.
Answer<std::string> function_arn_of(const std::string& uri)
{
  constexpr std::string_view k_path = ":lambda:path/2015-03-31/functions/";
  std::string arn = uri;
  if (const auto at = uri.find(k_path); at != std::string::npos) {
    arn = uri.substr(at + k_path.size());
    arn = arn.substr(0, arn.rfind("/invocations"));
  }
  if (!arn.starts_with("arn:aws:lambda:") || arn.find(":function:") == std::string::npos) {
    return bad_request(fmt::format("Invalid integration {}: the local AWS takes the ARN of a Lambda function", uri));
  }
  return arn;
}

Json integration_document(const Integration& integration)
{
  return {{"integrationId", integration.id},
          {"integrationType", "AWS_PROXY"},
          {"integrationUri", integration.function_arn},
          {"integrationMethod", "POST"},
          {"payloadFormatVersion", "2.0"},
          {"connectionType", "INTERNET"},
          {"timeoutInMillis", integration.timeout_ms}};
}

Json route_document(const Route& route)
{
  return {{"routeId", route.id},
          {"routeKey", route.key},
          {"target", "integrations/" + route.integration_id},
          {"authorizationType", "NONE"},
          {"apiKeyRequired", false}};
}

Json stage_document(const std::string& stage)
{
  return {{"stageName", stage}, {"autoDeploy", true}, {"stageVariables", Json::object()}};
}

/// A quick create: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html ("target")
Answer<void> apply_target(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto target, input::text(input, "target"));
  DAVIT_ANSWER_ASSIGN(const auto key, input::text(input, "routeKey"));
  if (!target) {
    return {};
  }
  DAVIT_ANSWER_ASSIGN(const auto arn, function_arn_of(*target));
  if (!is_route_key(key.value_or(k_default_route))) {
    return bad_request(fmt::format("The provided route key is not formatted properly: {}", *key));
  }
  if (api.integrations.empty()) {
    api.integrations.push_back({.id = new_id(7)});
    api.routes.push_back({.id = new_id(7), .key = key.value_or(k_default_route), .integration_id = api.integrations.front().id});
    api.stages.emplace_back(k_default_stage);
  }
  api.integrations.front().function_arn = arn;
  return {};
}

Answer<void> apply_settings(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::text(input, "name"));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "description"));
  api.name = name.value_or(api.name);
  api.description = description.value_or(api.description);
  if (input.contains("corsConfiguration") && !input["corsConfiguration"].is_null()) {
    api.cors = cors_from_json(input["corsConfiguration"]);
    const auto& origins = api.cors->allow_origins;
    if (api.cors->allow_credentials && std::find(origins.begin(), origins.end(), "*") != origins.end()) {
      return bad_request("Allow Credentials cannot be true while Allow Origins is *");
    }
  }
  return apply_target(api, input);
}

class ApiGatewayService final : public Service
{
public:
  ApiGatewayService(ApiStore& apis, std::string gateway_url, Clock clock)
      : m_apis(apis), m_gateway_url(std::move(gateway_url)), m_clock(std::move(clock))
  {
  }

  ServiceResponse handle(const ServiceRequest& request) override;

private:
  Answer<ServiceResponse> dispatch(const ServiceRequest& request, const Json& input);
  Answer<Json> create(const Caller& caller, const Json& input);
  Answer<Json> list(const Caller& caller);
  Answer<Json> change(const ServiceRequest& request, const Json& input);
  Answer<Json> create_integration(Api& api, const Json& input);
  Answer<Json> create_route(Api& api, const Json& input);
  Answer<Json> create_stage(Api& api, const Json& input);
  Answer<Api> find(const ServiceRequest& request);
  Answer<Json> document(const Api& api);

  ApiStore& m_apis;
  std::string m_gateway_url;
  Clock m_clock;
  std::mutex m_changes;  ///< one change at a time: each reads an API, changes it and writes it back
};

ServiceResponse ApiGatewayService::handle(const ServiceRequest& request)
{
  Answer<ServiceResponse> answered;
  try {
    const auto input = parse_json(request.http.body.empty() ? "{}" : std::string_view(request.http.body), "the request");
    answered = input && input->is_object() ? dispatch(request, *input) : Answer<ServiceResponse>(bad_request("Invalid request body"));
  } catch (const Json::exception&) {
    answered = bad_request("Invalid request body: a member has another type than the API gives it");
  }
  return answered ? std::move(*answered) : front::render_fault(front::Protocol::rest_json, answered.error());
}

Answer<ServiceResponse> ApiGatewayService::dispatch(const ServiceRequest& request, const Json& input)
{
  const std::lock_guard lock(m_changes);
  const std::string& operation = request.operation;
  const bool creates = operation.starts_with("Create");
  const bool deletes = operation.starts_with("Delete");
  DAVIT_ANSWER_ASSIGN(const Json answer, operation == "CreateApi" ? create(request.caller, input)
                                         : operation == "GetApis" ? list(request.caller)
                                                                  : change(request, input));
  return ServiceResponse{.status = creates   ? 201
                                   : deletes ? 204
                                             : 200,
                         .headers = {{"Content-Type", "application/json"}},
                         .body = deletes ? std::string() : dump_json(answer)};
}

Answer<Json> ApiGatewayService::create(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto protocol, input::text(input, "protocolType"));
  if (protocol != "HTTP") {
    return bad_request("The local AWS serves APIs of ProtocolType HTTP only");
  }
  Api api{.account = caller.account_id, .region = caller.region, .id = new_id(10), .created = to_rfc3339(m_clock())};
  if (const auto applied = apply_settings(api, input); !applied) {
    return tl::unexpected(applied.error());
  }
  if (api.name.empty()) {
    return bad_request("name is required");
  }
  DAVIT_STORED(m_apis.insert(api));
  return document(api);
}

Answer<Json> ApiGatewayService::list(const Caller& caller)
{
  DAVIT_STORED_ASSIGN(const auto apis, m_apis.list(caller));
  Json answer = {{"items", Json::array()}};
  for (const auto& api : apis) {
    DAVIT_ANSWER_ASSIGN(auto each, document(api));
    answer["items"].push_back(std::move(each));
  }
  return answer;
}

/// Every operation on an API that is there.
Answer<Json> ApiGatewayService::change(const ServiceRequest& request, const Json& input)
{
  const std::string& operation = request.operation;
  DAVIT_ANSWER_ASSIGN(auto api, find(request));
  Answer<Json> answer = Json::object();
  const auto list_of = [](const auto& elements, auto to_document) {
    Json items = Json::array();
    std::transform(elements.begin(), elements.end(), std::back_inserter(items), to_document);
    return Json{{"items", std::move(items)}};
  };
  if (operation == "GetApi") {
    return document(api);
  }
  if (operation == "GetIntegrations") {
    return list_of(api.integrations, integration_document);
  }
  if (operation == "GetRoutes") {
    return list_of(api.routes, route_document);
  }
  if (operation == "GetStages") {
    return list_of(api.stages, stage_document);
  }
  if (operation == "DeleteApi") {
    DAVIT_STORED(m_apis.erase(api));
    return answer;
  }
  if (operation == "CreateIntegration") {
    answer = create_integration(api, input);
  } else if (operation == "CreateRoute") {
    answer = create_route(api, input);
  } else if (operation == "CreateStage") {
    answer = create_stage(api, input);
  } else if (operation == "DeleteRoute") {
    const std::string& id = request.labels.at("RouteId");
    if (std::erase_if(api.routes, [&](const Route& route) { return route.id == id; }) == 0) {
      return not_found("Route", id);
    }
  } else if (operation == "DeleteStage") {
    const std::string& name = request.labels.at("StageName");
    if (std::erase(api.stages, name) == 0) {
      return not_found("Stage", name);
    }
  } else if (operation == "DeleteCorsConfiguration") {
    api.cors.reset();
  } else if (const auto applied = apply_settings(api, input); applied) {
    answer = document(api);
  } else {
    return tl::unexpected(applied.error());
  }
  if (answer) {
    DAVIT_STORED(m_apis.replace(api));
  }
  return answer;
}

Answer<Json> ApiGatewayService::create_integration(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto type, input::text(input, "integrationType"));
  DAVIT_ANSWER_ASSIGN(const auto format, input::text(input, "payloadFormatVersion"));
  DAVIT_ANSWER_ASSIGN(const auto uri, input::text(input, "integrationUri"));
  DAVIT_ANSWER_ASSIGN(const auto timeout, input::integer(input, "timeoutInMillis"));
  if (type != "AWS_PROXY" || format.value_or("2.0") != "2.0") {
    return bad_request("The local AWS serves integrations of type AWS_PROXY with payload format 2.0 only");
  }
  if (timeout && (*timeout < 50 || *timeout > 30'000)) {
    return bad_request("Timeout should be between 50 ms and 30000 ms");
  }
  DAVIT_ANSWER_ASSIGN(const auto arn, function_arn_of(uri.value_or("")));
  api.integrations.push_back({.id = new_id(7), .function_arn = arn, .timeout_ms = static_cast<int>(timeout.value_or(30'000))});
  return integration_document(api.integrations.back());
}

Answer<Json> ApiGatewayService::create_route(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto key, input::required_text(input, "routeKey", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto target, input::required_text(input, "target", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto authorization, input::text(input, "authorizationType"));
  if (authorization.value_or("NONE") != "NONE") {
    return bad_request(fmt::format("The local AWS does not serve authorization type {} yet", *authorization));
  }
  if (!is_route_key(key)) {
    return bad_request(fmt::format("The provided route key is not formatted properly: {}", key));
  }
  if (std::any_of(api.routes.begin(), api.routes.end(), [&](const Route& route) { return route.key == key; })) {
    return refuse("ConflictException", fmt::format("Route with key {} already exists for this API", key), 409);
  }
  const std::string integration_id = target.substr(target.find('/') + 1);
  if (api.integration(integration_id) == nullptr) {
    return not_found("Integration", integration_id);
  }
  api.routes.push_back({.id = new_id(7), .key = key, .integration_id = integration_id});
  return route_document(api.routes.back());
}

Answer<Json> ApiGatewayService::create_stage(Api& api, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "stageName", "BadRequestException"));
  if (std::find(api.stages.begin(), api.stages.end(), name) != api.stages.end()) {
    return refuse("ConflictException", "Stage already exists", 409);
  }
  api.stages.push_back(name);
  return stage_document(name);
}

Answer<Api> ApiGatewayService::find(const ServiceRequest& request)
{
  const std::string& id = request.labels.at("ApiId");
  DAVIT_STORED_ASSIGN(auto apis, m_apis.list(request.caller));
  const auto found = std::find_if(apis.begin(), apis.end(), [&](const Api& api) { return api.id == id; });
  if (found == apis.end()) {
    return not_found("API", id);
  }
  return std::move(*found);
}

Answer<Json> ApiGatewayService::document(const Api& api)
{
  DAVIT_STORED_ASSIGN(const auto all, m_apis.all());
  const bool is_first = !all.empty() && all.front().id == api.id;
  const auto port = m_gateway_url.substr(m_gateway_url.rfind(':'));
  Json document = {{"apiId", api.id},
                   {"apiEndpoint", is_first ? m_gateway_url : fmt::format("http://{}.localhost{}", api.id, port)},
                   {"name", api.name},
                   {"protocolType", "HTTP"},
                   {"routeSelectionExpression", "$request.method $request.path"},
                   {"apiKeySelectionExpression", "$request.header.x-api-key"},
                   {"disableExecuteApiEndpoint", false},
                   {"createdDate", api.created}};
  if (!api.description.empty()) {
    document["description"] = api.description;
  }
  if (api.cors) {
    document["corsConfiguration"] = to_json(*api.cors);
  }
  return document;
}

}  // namespace

std::span<const front::RestRoute> apigateway_routes()
{
  return k_routes;
}

std::unique_ptr<Service> make_apigateway_service(ApiStore& apis, std::string gateway_url, Clock clock)
{
  return std::make_unique<ApiGatewayService>(apis, std::move(gateway_url), std::move(clock));
}

}  // namespace davit::aws::local::gateway
