// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/api.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/local/gateway/stored_api.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS http_apis (
  number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS gateway_accounts (account TEXT NOT NULL, region TEXT NOT NULL, log_role TEXT NOT NULL, PRIMARY KEY (account, region));
)";

Result<std::vector<Api>> apis_of(store::Statement rows)
{
  std::vector<Api> apis;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return apis;
    }
    try {
      apis.push_back(stored_api(Json::parse(rows.text(0))));
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
  using List = std::vector<std::string>;
  Cors cors{.allow_origins = document.value("allowOrigins", List{}),
            .allow_methods = document.value("allowMethods", List{}),
            .allow_headers = document.value("allowHeaders", List{}),
            .expose_headers = document.value("exposeHeaders", List{}),
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
                                 api.id, dump_json(document_to_store(api))));
  auto committed = transaction.commit();
  forget_snapshot();
  return committed;
}

Status ApiStore::replace(const Api& api)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("UPDATE http_apis SET document = ? WHERE id = ?", dump_json(document_to_store(api)), api.id));
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

Result<std::string> ApiStore::log_role(const Caller& caller)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT log_role FROM gateway_accounts WHERE account = ? AND region = ?",
                                                 caller.account_id, caller.region));
  DAVIT_TRY_ASSIGN(const bool found, rows.step());
  return found ? std::string(rows.text(0)) : std::string();
}

Status ApiStore::set_log_role(const Caller& caller, const std::string& role)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("INSERT OR REPLACE INTO gateway_accounts (account, region, log_role) VALUES (?, ?, ?)", caller.account_id,
                                 caller.region, role));
  return transaction.commit();
}

}  // namespace davit::aws::local::gateway
