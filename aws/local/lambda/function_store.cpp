// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/function_store.hpp"

#include <nlohmann/json.hpp>

namespace davit::aws::local::lambda {
namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS functions (
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, revision TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (account, region, name));
CREATE TABLE IF NOT EXISTS function_versions (
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (account, region, name, version));
)";

Result<Function> function_of(std::string_view document)
{
  try {
    return function_from_json(Json::parse(document));
  } catch (const Json::exception& e) {
    return fail(failed_error(std::string("a stored function cannot be read: ") + e.what(), "start from nothing: davit local reset"));
  }
}

Result<std::vector<Function>> functions_of(store::Statement rows)
{
  std::vector<Function> functions;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return functions;
    }
    DAVIT_TRY_ASSIGN(auto function, function_of(rows.text(0)));
    functions.push_back(std::move(function));
  }
}

Result<bool> update(store::WriteTransaction& transaction, const Function& function, const std::string& expected_revision)
{
  DAVIT_TRY(transaction->execute(
      "UPDATE functions SET revision = ?, document = ? WHERE account = ? AND region = ? AND name = ? AND revision = ?",
      function.revision_id, to_json(function).dump(), function.account, function.region, function.name, expected_revision));
  return transaction->changes() > 0;
}

}  // namespace

Result<std::unique_ptr<FunctionStore>> FunctionStore::open(store::Database& database)
{
  DAVIT_TRY(database.create(k_schema));
  return std::unique_ptr<FunctionStore>(new FunctionStore(database));
}

Result<std::optional<Function>> FunctionStore::find_kept(const std::string& key,
                                                         const std::function<Result<std::optional<Function>>()>& read)
{
  std::unique_lock lock(m_mutex);
  if (const auto kept = m_kept.find(key); kept != m_kept.end()) {
    return kept->second;
  }
  const int changes = m_changes;
  lock.unlock();
  DAVIT_TRY_ASSIGN(auto found, read());
  lock.lock();
  if (found && changes == m_changes) {
    m_kept.insert_or_assign(key, *found);
  }
  return found;
}

void FunctionStore::forget_kept()
{
  const std::lock_guard lock(m_mutex);
  ++m_changes;
  m_kept.clear();
}

Result<std::optional<Function>> FunctionStore::find(const Caller& caller, const std::string& name)
{
  return find_kept(caller.account_id + "/" + caller.region + "/" + name, [&]() -> Result<std::optional<Function>> {
    DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
    DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM functions WHERE account = ? AND region = ? AND name = ?",
                                                   caller.account_id, caller.region, name));
    DAVIT_TRY_ASSIGN(auto found, functions_of(std::move(rows)));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  });
}

Result<std::optional<Function>> FunctionStore::find_version(const Caller& caller, const std::string& name, const std::string& version)
{
  return find_kept(caller.account_id + "/" + caller.region + "/" + name + "/" + version, [&]() -> Result<std::optional<Function>> {
    DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
    DAVIT_TRY_ASSIGN(auto rows, transaction->query(
                                    "SELECT document FROM function_versions WHERE account = ? AND region = ? AND name = ? AND version = ?",
                                    caller.account_id, caller.region, name, version));
    DAVIT_TRY_ASSIGN(auto found, functions_of(std::move(rows)));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  });
}

Result<std::vector<Function>> FunctionStore::versions(const Caller& caller, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(
      auto rows, transaction->query("SELECT document FROM function_versions WHERE account = ? AND region = ? AND name = ? ORDER BY version",
                                    caller.account_id, caller.region, name));
  return functions_of(std::move(rows));
}

Result<std::vector<Function>> FunctionStore::list(const Caller& caller)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM functions WHERE account = ? AND region = ? ORDER BY name",
                                                 caller.account_id, caller.region));
  return functions_of(std::move(rows));
}

Result<std::vector<Function>> FunctionStore::all()
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM functions ORDER BY account, region, name"));
  return functions_of(std::move(rows));
}

Result<bool> FunctionStore::insert(const Function& function)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("INSERT OR IGNORE INTO functions (account, region, name, revision, document) VALUES (?, ?, ?, ?, ?)",
                                 function.account, function.region, function.name, function.revision_id, to_json(function).dump()));
  const bool inserted = transaction->changes() > 0;
  DAVIT_TRY(transaction.commit());
  forget_kept();
  return inserted;
}

Result<bool> FunctionStore::replace(const Function& function, const std::string& expected_revision)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY_ASSIGN(const bool replaced, update(transaction, function, expected_revision));
  DAVIT_TRY(transaction.commit());
  forget_kept();
  return replaced;
}

Result<bool> FunctionStore::publish(const Function& version, const Function& latest, const std::string& expected_revision)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY_ASSIGN(const bool replaced, update(transaction, latest, expected_revision));
  if (replaced) {
    DAVIT_TRY(transaction->execute("INSERT INTO function_versions (account, region, name, version, document) VALUES (?, ?, ?, ?, ?)",
                                   version.account, version.region, version.name, version.version, to_json(version).dump()));
  }
  DAVIT_TRY(transaction.commit());
  forget_kept();
  return replaced;
}

Status FunctionStore::erase(const Function& function)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM functions WHERE account = ? AND region = ? AND name = ?", function.account, function.region,
                                 function.name));
  DAVIT_TRY(transaction->execute("DELETE FROM function_versions WHERE account = ? AND region = ? AND name = ?", function.account,
                                 function.region, function.name));
  auto committed = transaction.commit();
  forget_kept();
  return committed;
}

Status FunctionStore::erase_version(const Function& version)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM function_versions WHERE account = ? AND region = ? AND name = ? AND version = ?",
                                 version.account, version.region, version.name, version.version));
  auto committed = transaction.commit();
  forget_kept();
  return committed;
}

}  // namespace davit::aws::local::lambda
