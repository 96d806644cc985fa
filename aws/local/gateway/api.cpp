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

Json to_json(const Api& api)
{
  Json document = {{"account", api.account}, {"region", api.region},           {"id", api.id},
                   {"name", api.name},       {"description", api.description}, {"created", api.created},
                   {"stages", api.stages},   {"integrations", Json::array()},  {"routes", Json::array()}};
  document["cors"] = api.cors ? gateway::to_json(*api.cors) : Json(nullptr);
  for (const auto& integration : api.integrations) {
    document["integrations"].push_back(
        {{"id", integration.id}, {"functionArn", integration.function_arn}, {"timeoutMs", integration.timeout_ms}});
  }
  for (const auto& route : api.routes) {
    document["routes"].push_back({{"id", route.id}, {"key", route.key}, {"integrationId", route.integration_id}});
  }
  return document;
}

Api api_from_json(const Json& document)
{
  Api api{.account = document.at("account"),
          .region = document.at("region"),
          .id = document.at("id"),
          .name = document.at("name"),
          .description = document.at("description"),
          .created = document.at("created"),
          .stages = document.at("stages")};
  if (!document.at("cors").is_null()) {
    api.cors = cors_from_json(document.at("cors"));
  }
  for (const auto& each : document.at("integrations")) {
    api.integrations.push_back({.id = each.at("id"), .function_arn = each.at("functionArn"), .timeout_ms = each.at("timeoutMs")});
  }
  for (const auto& each : document.at("routes")) {
    api.routes.push_back({.id = each.at("id"), .key = each.at("key"), .integration_id = each.at("integrationId")});
  }
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

Result<std::vector<Api>> ApiStore::all()
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM http_apis ORDER BY number"));
  return apis_of(std::move(rows));
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
  return transaction.commit();
}

Status ApiStore::replace(const Api& api)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("UPDATE http_apis SET document = ? WHERE id = ?", dump_json(to_json(api)), api.id));
  return transaction.commit();
}

Status ApiStore::erase(const Api& api)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM http_apis WHERE id = ?", api.id));
  return transaction.commit();
}

}  // namespace davit::aws::local::gateway
