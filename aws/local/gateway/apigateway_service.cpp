// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/apigateway_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "aws/local/front/protocol.hpp"
#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/apigateway_documents.hpp"
#include "aws/local/gateway/rest_routes.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

tl::unexpected<Fault> not_served(const std::string& operation)
{
  return refuse("UnknownOperationException", "The local AWS does not serve apigateway " + operation, 404);
}

const std::string& id_of(const Stage& stage)
{
  return stage.name;
}

const std::string& id_of(const Authorizer& authorizer)
{
  return authorizer.id;
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

int status_of(const std::string& operation, bool is_rest)
{
  const auto entry =
      std::find_if(rest_entries().begin(), rest_entries().end(), [&](const RestEntry& each) { return operation == each.name; });
  if (entry != rest_entries().end()) {
    return entry->status;
  }
  const bool deletes = operation.starts_with("Delete");
  return operation.starts_with("Create") ? 201 : deletes && is_rest ? 202 : deletes ? 204 : 200;
}

class ApiGatewayService final : public Service
{
public:
  ApiGatewayService(ApiStore& apis, ApiPorts& ports, UserPools& user_pools, std::string gateway_url, Clock clock)
      : m_apis(apis), m_ports(ports), m_user_pools(user_pools), m_gateway_url(std::move(gateway_url)), m_clock(std::move(clock))
  {
    serve_reads();
    serve_changes();
    serve_removals();
    serve_rest();
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
  void serve_removals();
  void serve_rest();
  Answer<Json> create_rest(const Caller& caller, const Json& input);
  Answer<Json> list_rest(const Caller& caller);
  Status make_keys(const Api& api);
  Answer<Api> find(const ServiceRequest& request);
  Answer<Json> document(const Api& api);

  ApiStore& m_apis;
  ApiPorts& m_ports;
  UserPools& m_user_pools;
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
  const bool is_rest = operation.starts_with("Rest") || operation.find("RestApi") != std::string::npos;
  DAVIT_ANSWER_ASSIGN(const Json answer, operation == "CreateApi"       ? create(request.caller, input)
                                         : operation == "CreateRestApi" ? create_rest(request.caller, input)
                                         : operation == "GetApis"       ? list(request.caller)
                                         : operation == "GetRestApis"   ? list_rest(request.caller)
                                                                        : on_api(request, input));
  const int status = status_of(operation, is_rest);
  return ServiceResponse{.status = status,
                         .headers = {{"Content-Type", "application/json"}},
                         .body = status == 204 || status == 202 ? std::string() : dump_json(answer)};
}

Answer<Json> ApiGatewayService::create_rest(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(Api api, new_rest_api(input));
  api.account = caller.account_id;
  api.region = caller.region;
  api.created = to_rfc3339(m_clock());
  DAVIT_STORED_ASSIGN(api.port, m_ports.open(api.id));
  DAVIT_STORED(m_apis.insert(api));
  return rest_api_document(api);
}

Answer<Json> ApiGatewayService::list_rest(const Caller& caller)
{
  DAVIT_STORED_ASSIGN(const auto apis, m_apis.list(caller));
  Json items = Json::array();
  for (const auto& api : apis) {
    if (api.is_rest) {
      items.push_back(rest_api_document(api));
    }
  }
  return Json{{"item", std::move(items)}};
}

void ApiGatewayService::serve_rest()
{
  for (const auto& entry : rest_entries()) {
    const std::string_view name = entry.name;
    m_operations.emplace(name, Operation{[run = entry.run](Api& api, const ServiceRequest& request, const Json& input) {
                                           return run(api, request.labels, input);
                                         },
                                         name.starts_with("RestGet") ? Effect::reads : Effect::changes});
  }
  m_operations.emplace("GetRestApi",
                       Operation{[](const Api& api, const auto&, const Json&) { return rest_api_document(api); }, Effect::reads});
  m_operations.emplace("DeleteRestApi", m_operations.at("DeleteApi"));
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
  DAVIT_STORED_ASSIGN(api.port, m_ports.open(api.id));
  DAVIT_STORED(m_apis.insert(api));
  return document(api);
}

Answer<Json> ApiGatewayService::list(const Caller& caller)
{
  DAVIT_STORED_ASSIGN(const auto apis, m_apis.list(caller));
  Json answer = {{"items", Json::array()}};
  for (const auto& api : apis) {
    if (!api.is_rest) {
      DAVIT_ANSWER_ASSIGN(auto each, document(api));
      answer["items"].push_back(std::move(each));
    }
  }
  return answer;
}

/// Of every user pool that an authorizer names, so that they are there before the first token.
Status ApiGatewayService::make_keys(const Api& api)
{
  for (const auto& authorizer : api.authorizers) {
    std::vector<std::optional<std::string>> pools{user_pool_of_issuer(authorizer.issuer)};
    std::transform(authorizer.provider_arns.begin(), authorizer.provider_arns.end(), std::back_inserter(pools), user_pool_of_arn);
    for (const auto& pool : pools) {
      if (pool) {
        DAVIT_TRY(m_user_pools.keys(*pool));
      }
    }
  }
  return {};
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
    DAVIT_STORED(make_keys(api));
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
  serve("GetAuthorizers", [](const Api& api, const Labels&) { return list_of(api.authorizers, authorizer_document); });
  serve("GetAuthorizer", [](const Api& api, const Labels& labels) {
    return one_of(api.authorizers, labels.at("AuthorizerId"), "Authorizer", authorizer_document);
  });
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
  const auto serve_update = [this](const char* name, const char* label, auto update) {
    m_operations.emplace(name, Operation{[label, update](Api& api, const ServiceRequest& request, const Json& input) -> Answer<Json> {
                                           return update(api, request.labels.at(label), input);
                                         },
                                         Effect::changes});
  };
  serve("CreateIntegration", [](Api& api, const auto&, const Json& input) { return create_integration(api, input); });
  serve("CreateRoute", [](Api& api, const auto&, const Json& input) { return create_route(api, input); });
  serve("CreateStage", [](Api& api, const auto&, const Json& input) { return create_stage(api, input); });
  serve("CreateAuthorizer", [](Api& api, const auto&, const Json& input) { return create_authorizer(api, input); });
  serve("UpdateApi",
        [this](Api& api, const auto&, const Json& input) { return apply_settings(api, input).and_then([&] { return document(api); }); });
  serve_update("UpdateIntegration", "IntegrationId", update_integration);
  serve_update("UpdateRoute", "RouteId", update_route);
  serve_update("UpdateStage", "StageName", update_stage);
  serve_update("UpdateAuthorizer", "AuthorizerId", update_authorizer);
  serve("DeleteCorsConfiguration", [](Api& api, const auto&, const auto&) {
    api.cors.reset();
    return Json::object();
  });
}

void ApiGatewayService::serve_removals()
{
  const auto serve = [this](const char* name, OnApi run) { m_operations.emplace(name, Operation{std::move(run), Effect::changes}); };
  serve("DeleteRoute",
        [](Api& api, const ServiceRequest& request, const auto&) { return erase_from(api.routes, request.labels.at("RouteId"), "Route"); });
  serve("DeleteStage", [](Api& api, const ServiceRequest& request, const auto&) {
    return erase_from(api.stages, request.labels.at("StageName"), "Stage");
  });
  serve("DeleteAuthorizer", [](Api& api, const ServiceRequest& request, const auto&) {
    return erase_from(api.authorizers, request.labels.at("AuthorizerId"), "Authorizer");
  });
  serve("DeleteIntegration", [](Api& api, const ServiceRequest& request, const auto&) -> Answer<Json> {
    const std::string& id = request.labels.at("IntegrationId");
    const auto user = std::find_if(api.routes.begin(), api.routes.end(), [&](const Route& route) { return route.integration_id == id; });
    if (user != api.routes.end()) {
      return refuse("ConflictException", fmt::format("Cannot delete Integration '{}' due to a reference from Route '{}'.", id, user->id),
                    409);
    }
    return erase_from(api.integrations, id, "Integration");
  });
}

Answer<Api> ApiGatewayService::find(const ServiceRequest& request)
{
  const std::string& id = request.labels.at("ApiId");
  DAVIT_STORED_ASSIGN(auto apis, m_apis.list(request.caller));
  const bool is_rest = request.http.url.path.starts_with("/restapis");
  const auto found = std::find_if(apis.begin(), apis.end(), [&](const Api& api) { return api.id == id && api.is_rest == is_rest; });
  if (found == apis.end()) {
    return not_found("API", id);
  }
  return std::move(*found);
}

Answer<Json> ApiGatewayService::document(const Api& api)
{
  DAVIT_STORED_ASSIGN(const auto all, m_apis.all());
  const bool is_first = !all->empty() && all->front().id == api.id;
  Json document = {{"apiId", api.id},
                   {"apiEndpoint", is_first ? m_gateway_url : fmt::format("http://127.0.0.1:{}", api.port)},
                   {"name", api.name},
                   {"protocolType", "HTTP"},
                   {"routeSelectionExpression", "$request.method $request.path"},
                   {"apiKeySelectionExpression", "$request.header.x-api-key"},
                   {"disableExecuteApiEndpoint", false},
                   {"createdDate", api.created}};
  if (!api.tags.empty()) {
    document["tags"] = api.tags;
  }
  if (!api.description.empty()) {
    document["description"] = api.description;
  }
  if (api.cors) {
    document["corsConfiguration"] = to_json(*api.cors);
  }
  return document;
}

}  // namespace

std::unique_ptr<Service> make_apigateway_service(ApiStore& apis, ApiPorts& ports, UserPools& user_pools, std::string gateway_url,
                                                 Clock clock)
{
  return std::make_unique<ApiGatewayService>(apis, ports, user_pools, std::move(gateway_url), std::move(clock));
}

}  // namespace davit::aws::local::gateway
