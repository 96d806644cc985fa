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
#include "aws/local/gateway/api_tags.hpp"
#include "aws/local/gateway/http_operations.hpp"
#include "aws/local/gateway/rest_patch.hpp"
#include "aws/local/gateway/rest_routes.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

tl::unexpected<Fault> not_served(const std::string& operation)
{
  return refuse("UnknownOperationException", "The local AWS does not serve apigateway " + operation, 404);
}

int status_of(const std::string& operation, bool is_rest)
{
  const auto entry =
      std::find_if(rest_entries().begin(), rest_entries().end(), [&](const RestEntry& each) { return operation == each.name; });
  if (entry != rest_entries().end()) {
    return entry->status;
  }
  if (operation == "RestTagResource" || operation == "RestUntagResource" || operation == "UntagResource") {
    return 204;
  }
  if (operation == "TagResource") {
    return 201;
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
    serve_apis();
    serve_rest();
  }

  ServiceResponse handle(const ServiceRequest& request) override;

private:
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
  void serve_apis();
  void serve_rest();
  Answer<Json> create_rest(const Caller& caller, const Json& input);
  Answer<Json> list_rest(const Caller& caller);
  Status make_keys(const Api& api);
  Answer<Api> find(const Caller& caller, const std::string& id, bool is_rest);
  Answer<Json> tag(const ServiceRequest& request, const Json& input);
  Answer<Json> account(const ServiceRequest& request, const Json& input);
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
  DAVIT_ANSWER_ASSIGN(const Json answer, operation == "CreateApi"         ? create(request.caller, input)
                                         : operation == "CreateRestApi"   ? create_rest(request.caller, input)
                                         : operation == "GetApis"         ? list(request.caller)
                                         : operation == "GetRestApis"     ? list_rest(request.caller)
                                         : operation.ends_with("Account") ? account(request, input)
                                         : operation.ends_with("Tags") || operation.ends_with("agResource") ? tag(request, input)
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
  const bool is_rest = request.http.url.path.starts_with("/restapis");
  DAVIT_ANSWER_ASSIGN(auto api, find(request.caller, request.labels.at("ApiId"), is_rest));
  DAVIT_ANSWER_ASSIGN(auto answer, operation->second.run(api, request, input));
  if (operation->second.effect == Effect::changes) {
    DAVIT_STORED(make_keys(api));
    DAVIT_STORED(m_apis.replace(api));
  }
  return answer;
}

void ApiGatewayService::serve_apis()
{
  for (const auto& [name, operation] : http_operations()) {
    m_operations.emplace(name, Operation{[run = operation.run](Api& api, const ServiceRequest& request, const Json& input) {
                                           return run(api, request.labels, input);
                                         },
                                         operation.changes ? Effect::changes : Effect::reads});
  }
  m_operations.emplace("GetApi", Operation{[this](const Api& api, const auto&, const Json&) { return document(api); }, Effect::reads});
  m_operations.emplace("UpdateApi", Operation{[this](Api& api, const auto&, const Json& input) {
                                                return apply_settings(api, input).and_then([&] { return document(api); });
                                              },
                                              Effect::changes});
  m_operations.emplace("DeleteApi", Operation{[this](const Api& api, const auto&, const Json&) -> Answer<Json> {
                                                DAVIT_STORED(m_apis.erase(api));
                                                return Json::object();
                                              },
                                              Effect::reads});
}

Answer<Api> ApiGatewayService::find(const Caller& caller, const std::string& id, bool is_rest)
{
  DAVIT_STORED_ASSIGN(auto apis, m_apis.list(caller));
  const auto found = std::find_if(apis.begin(), apis.end(), [&](const Api& api) { return api.id == id && api.is_rest == is_rest; });
  if (found == apis.end()) {
    return not_found("API", id);
  }
  return std::move(*found);
}

Answer<Json> ApiGatewayService::tag(const ServiceRequest& request, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto resource, tagged_resource(request.labels.at("ResourceArn")));
  DAVIT_ANSWER_ASSIGN(auto api, find(request.caller, resource.api_id, resource.is_rest));
  DAVIT_ANSWER_ASSIGN(Tags * tags, tags_of(api, resource));
  if (request.http.method == "GET") {
    return Json{{"tags", *tags}};
  }
  if (const auto changed = change_tags(*tags, input, request.http); !changed) {
    return tl::unexpected(changed.error());
  }
  DAVIT_STORED(m_apis.replace(api));
  return Json::object();
}

/// https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html
Answer<Json> ApiGatewayService::account(const ServiceRequest& request, const Json& input)
{
  constexpr PatchMember k_members[] = {{"cloudwatchRoleArn", PatchKind::text}};
  DAVIT_STORED_ASSIGN(const auto role, m_apis.log_role(request.caller));
  Json document = {
      {"apiKeyVersion", "4"}, {"features", {"UsagePlans"}}, {"throttleSettings", {{"burstLimit", 5000}, {"rateLimit", 10'000.0}}}};
  if (!role.empty()) {
    document["cloudwatchRoleArn"] = role;
  }
  if (request.http.method == "PATCH") {
    DAVIT_ANSWER_ASSIGN(document, patched(std::move(document), input, k_members));
    DAVIT_STORED(m_apis.set_log_role(request.caller, document.value("cloudwatchRoleArn", "")));
  }
  return document;
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
