// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/apigateway_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/gateway/apigateway_documents.hpp"
#include "aws/local/gateway/route_match.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

tl::unexpected<Fault> bad_request(std::string text)
{
  return refuse("BadRequestException", std::move(text), 400);
}

tl::unexpected<Fault> not_found(const std::string& what, const std::string& id)
{
  return refuse("NotFoundException", fmt::format("Invalid {} identifier specified {}", what, id), 404);
}

tl::unexpected<Fault> not_served(const std::string& operation)
{
  return refuse("UnknownOperationException", "The local AWS does not serve apigateway " + operation, 404);
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

const std::string& id_of(const std::string& stage)
{
  return stage;
}

const std::string& id_of(const Route& route)
{
  return route.id;
}

const std::string& id_of(const Integration& integration)
{
  return integration.id;
}

template <typename Element, typename Document>
Answer<Json> list_of(const std::vector<Element>& elements, Document to_document)
{
  Json items = Json::array();
  std::transform(elements.begin(), elements.end(), std::back_inserter(items), to_document);
  return Json{{"items", std::move(items)}};
}

template <typename Element, typename Document>
Answer<Json> one_of(const std::vector<Element>& elements, const std::string& id, const char* what, Document to_document)
{
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const Element& element) { return id_of(element) == id; });
  return found == elements.end() ? Answer<Json>(not_found(what, id)) : to_document(*found);
}

template <typename Element>
Answer<Json> erase_from(std::vector<Element>& elements, const std::string& id, const char* what)
{
  const bool erased = std::erase_if(elements, [&](const Element& element) { return id_of(element) == id; }) > 0;
  return erased ? Answer<Json>(Json::object()) : not_found(what, id);
}

class ApiGatewayService final : public Service
{
public:
  ApiGatewayService(ApiStore& apis, std::string gateway_url, Clock clock)
      : m_apis(apis), m_gateway_url(std::move(gateway_url)), m_clock(std::move(clock))
  {
    serve_reads();
    serve_changes();
  }

  ServiceResponse handle(const ServiceRequest& request) override;

private:
  using Labels = std::map<std::string, std::string>;
  using OnApi = std::function<Answer<Json>(Api& api, const ServiceRequest& request, const Json& input)>;
  enum class Effect { reads, changes };
  struct Operation {
    OnApi run;
    Effect effect;
  };

  Answer<ServiceResponse> dispatch(const ServiceRequest& request, const Json& input);
  Answer<Json> create(const Caller& caller, const Json& input);
  Answer<Json> list(const Caller& caller);
  Answer<Json> on_api(const ServiceRequest& request, const Json& input);
  void serve_reads();
  void serve_changes();
  Answer<Json> create_integration(Api& api, const Json& input);
  Answer<Json> create_route(Api& api, const Json& input);
  Answer<Json> create_stage(Api& api, const Json& input);
  Answer<Api> find(const ServiceRequest& request);
  Answer<Json> document(const Api& api);

  ApiStore& m_apis;
  std::string m_gateway_url;
  Clock m_clock;
  std::map<std::string, Operation, std::less<>> m_operations;  ///< on an API that is there
  std::mutex m_changes;                                        ///< one change at a time: each reads an API, changes it and writes it back
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
                                                                  : on_api(request, input));
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

Answer<Json> ApiGatewayService::on_api(const ServiceRequest& request, const Json& input)
{
  const auto operation = m_operations.find(request.operation);
  if (operation == m_operations.end()) {
    return not_served(request.operation);
  }
  DAVIT_ANSWER_ASSIGN(auto api, find(request));
  DAVIT_ANSWER_ASSIGN(auto answer, operation->second.run(api, request, input));
  if (operation->second.effect == Effect::changes) {
    DAVIT_STORED(m_apis.replace(api));
  }
  return answer;
}

void ApiGatewayService::serve_reads()
{
  const auto serve = [this](const char* name, auto run) {
    m_operations.emplace(
        name, Operation{[run](Api& api, const ServiceRequest& request, const Json&) -> Answer<Json> { return run(api, request.labels); },
                        Effect::reads});
  };
  serve("GetApi", [this](const Api& api, const Labels&) { return document(api); });
  serve("GetIntegrations", [](const Api& api, const Labels&) { return list_of(api.integrations, integration_document); });
  serve("GetRoutes", [](const Api& api, const Labels&) { return list_of(api.routes, route_document); });
  serve("GetStages", [](const Api& api, const Labels&) { return list_of(api.stages, stage_document); });
  serve("GetIntegration", [](const Api& api, const Labels& labels) {
    return one_of(api.integrations, labels.at("IntegrationId"), "Integration", integration_document);
  });
  serve("GetRoute", [](const Api& api, const Labels& labels) { return one_of(api.routes, labels.at("RouteId"), "Route", route_document); });
  serve("GetStage",
        [](const Api& api, const Labels& labels) { return one_of(api.stages, labels.at("StageName"), "Stage", stage_document); });
  serve("DeleteApi", [this](const Api& api, const Labels&) -> Answer<Json> {
    DAVIT_STORED(m_apis.erase(api));
    return Json::object();
  });
}

void ApiGatewayService::serve_changes()
{
  const auto serve = [this](const char* name, OnApi run) { m_operations.emplace(name, Operation{std::move(run), Effect::changes}); };
  serve("CreateIntegration", [this](Api& api, const auto&, const Json& input) { return create_integration(api, input); });
  serve("CreateRoute", [this](Api& api, const auto&, const Json& input) { return create_route(api, input); });
  serve("CreateStage", [this](Api& api, const auto&, const Json& input) { return create_stage(api, input); });
  serve("UpdateApi",
        [this](Api& api, const auto&, const Json& input) { return apply_settings(api, input).and_then([&] { return document(api); }); });
  serve("DeleteRoute",
        [](Api& api, const ServiceRequest& request, const auto&) { return erase_from(api.routes, request.labels.at("RouteId"), "Route"); });
  serve("DeleteStage", [](Api& api, const ServiceRequest& request, const auto&) {
    return erase_from(api.stages, request.labels.at("StageName"), "Stage");
  });
  serve("DeleteCorsConfiguration", [](Api& api, const auto&, const auto&) {
    api.cors.reset();
    return Json::object();
  });
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

std::unique_ptr<Service> make_apigateway_service(ApiStore& apis, std::string gateway_url, Clock clock)
{
  return std::make_unique<ApiGatewayService>(apis, std::move(gateway_url), std::move(clock));
}

}  // namespace davit::aws::local::gateway
