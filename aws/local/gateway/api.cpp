// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/api.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace davit::aws::local::gateway {
namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS http_apis (
  number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL);
)";

Json to_json(const Throttle& throttle)
{
  Json document = Json::object();
  if (throttle.rate) {
    document["rate"] = *throttle.rate;
  }
  if (throttle.burst) {
    document["burst"] = *throttle.burst;
  }
  return document;
}

Throttle throttle_from_json(const Json& document)
{
  Throttle throttle;
  if (document.contains("rate")) {
    throttle.rate = document["rate"].get<double>();
  }
  if (document.contains("burst")) {
    throttle.burst = document["burst"].get<int>();
  }
  return throttle;
}

Json to_json(const Stage& stage)
{
  Json routes = Json::object();
  for (const auto& [key, throttle] : stage.route_throttles) {
    routes[key] = to_json(throttle);
  }
  return {{"name", stage.name},
          {"description", stage.description},
          {"variables", stage.variables},
          {"throttle", to_json(stage.throttle)},
          {"routeThrottles", std::move(routes)},
          {"logGroupArn", stage.log_group_arn},
          {"logFormat", stage.log_format},
          {"deploymentId", stage.deployment_id}};
}

Stage stage_from_json(const Json& document)
{
  // Before stages had settings they were names.
  if (document.is_string()) {
    return {.name = document};
  }
  Stage stage{.name = document.at("name"),
              .description = document.at("description"),
              .variables = document.at("variables"),
              .throttle = throttle_from_json(document.at("throttle")),
              .log_group_arn = document.at("logGroupArn"),
              .log_format = document.at("logFormat"),
              .deployment_id = document.value("deploymentId", "")};
  for (const auto& [key, throttle] : document.at("routeThrottles").items()) {
    stage.route_throttles.emplace(key, throttle_from_json(throttle));
  }
  return stage;
}

Json to_json(const Authorizer& authorizer)
{
  return {{"id", authorizer.id},
          {"name", authorizer.name},
          {"type", authorizer.type},
          {"identitySources", authorizer.identity_sources},
          {"issuer", authorizer.issuer},
          {"audience", authorizer.audience},
          {"functionArn", authorizer.function_arn},
          {"payloadFormat", authorizer.payload_format},
          {"simpleResponses", authorizer.simple_responses},
          {"ttlS", authorizer.ttl_s},
          {"identityText", authorizer.identity_text},
          {"identityValidation", authorizer.identity_validation},
          {"providerArns", authorizer.provider_arns}};
}

Authorizer authorizer_from_json(const Json& document)
{
  return {.id = document.at("id"),
          .name = document.at("name"),
          .type = document.at("type"),
          .identity_sources = document.at("identitySources"),
          .issuer = document.at("issuer"),
          .audience = document.at("audience"),
          .function_arn = document.at("functionArn"),
          .payload_format = document.at("payloadFormat"),
          .simple_responses = document.at("simpleResponses"),
          .ttl_s = document.at("ttlS"),
          .identity_text = document.value("identityText", ""),
          .identity_validation = document.value("identityValidation", ""),
          .provider_arns = document.value("providerArns", std::vector<std::string>{})};
}

Json to_json(const Integration& integration)
{
  return {{"id", integration.id},
          {"functionArn", integration.function_arn},
          {"timeoutMs", integration.timeout_ms},
          {"payloadFormat", integration.payload_format}};
}

Json to_json(const Route& route)
{
  return {{"id", route.id},
          {"key", route.key},
          {"integrationId", route.integration_id},
          {"authorization", route.authorization},
          {"authorizerId", route.authorizer_id},
          {"scopes", route.scopes}};
}

Json to_json(const Resource& resource)
{
  return {{"id", resource.id}, {"parentId", resource.parent_id}, {"path", resource.path}};
}

template <typename Element>
Json list_to_json(const std::vector<Element>& elements)
{
  Json list = Json::array();
  for (const auto& element : elements) {
    list.push_back(to_json(element));
  }
  return list;
}

Json to_json(const Api& api)
{
  return {{"account", api.account},
          {"region", api.region},
          {"id", api.id},
          {"name", api.name},
          {"description", api.description},
          {"created", api.created},
          {"cors", api.cors ? gateway::to_json(*api.cors) : Json(nullptr)},
          {"stages", list_to_json(api.stages)},
          {"integrations", list_to_json(api.integrations)},
          {"routes", list_to_json(api.routes)},
          {"authorizers", list_to_json(api.authorizers)},
          {"tags", api.tags},
          {"port", api.port},
          {"isRest", api.is_rest},
          {"resources", list_to_json(api.resources)},
          {"deployments", api.deployments},
          {"binaryTypes", api.binary_types}};
}

void read_lists(Api& api, const Json& document)
{
  for (const auto& each : document.at("stages")) {
    api.stages.push_back(stage_from_json(each));
  }
  for (const auto& each : document.at("integrations")) {
    api.integrations.push_back({.id = each.at("id"),
                                .function_arn = each.at("functionArn"),
                                .timeout_ms = each.at("timeoutMs"),
                                .payload_format = each.value("payloadFormat", "2.0")});
  }
  for (const auto& each : document.at("routes")) {
    api.routes.push_back({.id = each.at("id"),
                          .key = each.at("key"),
                          .integration_id = each.at("integrationId"),
                          .authorization = each.value("authorization", "NONE"),
                          .authorizer_id = each.value("authorizerId", ""),
                          .scopes = each.value("scopes", std::vector<std::string>{})});
  }
  for (const auto& each : document.value("resources", Json::array())) {
    api.resources.push_back({.id = each.at("id"), .parent_id = each.at("parentId"), .path = each.at("path")});
  }
  for (const auto& each : document.value("authorizers", Json::array())) {
    api.authorizers.push_back(authorizer_from_json(each));
  }
}

Api api_from_json(const Json& document)
{
  Api api{.account = document.at("account"),
          .region = document.at("region"),
          .id = document.at("id"),
          .name = document.at("name"),
          .description = document.at("description"),
          .created = document.at("created"),
          .tags = document.value("tags", std::map<std::string, std::string>{}),
          .port = document.value("port", std::uint16_t{0}),
          .is_rest = document.value("isRest", false),
          .deployments = document.value("deployments", std::vector<std::string>{}),
          .binary_types = document.value("binaryTypes", std::vector<std::string>{})};
  if (!document.at("cors").is_null()) {
    api.cors = cors_from_json(document.at("cors"));
  }
  read_lists(api, document);
  return api;
}

Result<std::vector<Api>> apis_of(store::Statement rows)
{
  std::vector<Api> apis;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return apis;
    }
    try {
      apis.push_back(api_from_json(Json::parse(rows.text(0))));
    } catch (const Json::exception& e) {
      return fail(failed_error(std::string("a stored API cannot be read: ") + e.what(), "start from nothing: davit local reset"));
    }
  }
}

}  // namespace

const Integration* Api::integration(std::string_view integration_id) const
{
  const auto found =
      std::find_if(integrations.begin(), integrations.end(), [&](const Integration& each) { return each.id == integration_id; });
  return found == integrations.end() ? nullptr : &*found;
}

const Authorizer* Api::authorizer(std::string_view authorizer_id) const
{
  const auto found = std::find_if(authorizers.begin(), authorizers.end(), [&](const Authorizer& each) { return each.id == authorizer_id; });
  return found == authorizers.end() ? nullptr : &*found;
}

const Stage* Api::stage(std::string_view stage_name) const
{
  const auto found = std::find_if(stages.begin(), stages.end(), [&](const Stage& each) { return each.name == stage_name; });
  return found == stages.end() ? nullptr : &*found;
}

std::optional<StagedPath> split_stage(const Api& api, const std::string& path)
{
  const auto end = std::min(path.find('/', 1), path.size());
  const std::string first = path.substr(1, end - 1);
  if (const Stage* named = api.stage(first); named != nullptr && first != k_default_stage) {
    return StagedPath{named, end == path.size() ? "/" : path.substr(end)};
  }
  const Stage* usual = api.stage(k_default_stage);
  return usual == nullptr ? std::nullopt : std::optional(StagedPath{usual, path});
}

Json to_json(const Cors& cors)
{
  Json document = Json::object();
  const auto add = [&](const char* member, const std::vector<std::string>& list) {
    if (!list.empty()) {
      document[member] = list;
    }
  };
  add("allowOrigins", cors.allow_origins);
  add("allowMethods", cors.allow_methods);
  add("allowHeaders", cors.allow_headers);
  add("exposeHeaders", cors.expose_headers);
  if (cors.allow_credentials) {
    document["allowCredentials"] = true;
  }
  if (cors.max_age_s) {
    document["maxAge"] = *cors.max_age_s;
  }
  return document;
}

Cors cors_from_json(const Json& document)
{
  using Texts = std::vector<std::string>;
  Cors cors{.allow_origins = document.value("allowOrigins", Texts{}),
            .allow_methods = document.value("allowMethods", Texts{}),
            .allow_headers = document.value("allowHeaders", Texts{}),
            .expose_headers = document.value("exposeHeaders", Texts{}),
            .allow_credentials = document.value("allowCredentials", false)};
  if (document.contains("maxAge") && !document.at("maxAge").is_null()) {
    cors.max_age_s = document.at("maxAge").get<int>();
  }
  return cors;
}

Result<std::unique_ptr<ApiStore>> ApiStore::open(store::Database& database)
{
  DAVIT_TRY(database.create(k_schema));
  return std::unique_ptr<ApiStore>(new ApiStore(database));
}

Result<ApiStore::Snapshot> ApiStore::all()
{
  std::unique_lock lock(m_mutex);
  if (m_snapshot) {
    return m_snapshot;
  }
  const int changes = m_changes;
  lock.unlock();
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM http_apis ORDER BY number"));
  DAVIT_TRY_ASSIGN(auto apis, apis_of(std::move(rows)));
  auto snapshot = std::make_shared<const std::vector<Api>>(std::move(apis));
  lock.lock();
  if (changes == m_changes) {
    m_snapshot = snapshot;
  }
  return snapshot;
}

void ApiStore::forget_snapshot()
{
  const std::lock_guard lock(m_mutex);
  ++m_changes;
  m_snapshot.reset();
}

Result<std::vector<Api>> ApiStore::list(const Caller& caller)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM http_apis WHERE account = ? AND region = ? ORDER BY number",
                                                 caller.account_id, caller.region));
  return apis_of(std::move(rows));
}

Status ApiStore::insert(const Api& api)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("INSERT INTO http_apis (account, region, id, document) VALUES (?, ?, ?, ?)", api.account, api.region,
                                 api.id, dump_json(to_json(api))));
  auto committed = transaction.commit();
  forget_snapshot();
  return committed;
}

Status ApiStore::replace(const Api& api)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("UPDATE http_apis SET document = ? WHERE id = ?", dump_json(to_json(api)), api.id));
  auto committed = transaction.commit();
  forget_snapshot();
  return committed;
}

Status ApiStore::erase(const Api& api)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM http_apis WHERE id = ?", api.id));
  auto committed = transaction.commit();
  forget_snapshot();
  return committed;
}

}  // namespace davit::aws::local::gateway
