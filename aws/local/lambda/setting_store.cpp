// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/setting_store.hpp"

#include <nlohmann/json.hpp>

namespace davit::aws::local::lambda {
namespace {

constexpr const char* k_setting_schema = R"(
CREATE TABLE IF NOT EXISTS function_settings (
  account TEXT NOT NULL, region TEXT NOT NULL, function TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (account, region, function, kind, id));
)";

Result<std::vector<Setting>> settings_of(store::Statement rows)
{
  std::vector<Setting> settings;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return settings;
    }
    DAVIT_TRY_ASSIGN(Json document, parse_json(rows.text(4), "a stored setting of a function"));
    settings.push_back({.owner = {.account_id = std::string(rows.text(0)), .region = std::string(rows.text(1))},
                        .function = std::string(rows.text(2)),
                        .id = std::string(rows.text(3)),
                        .document = std::move(document)});
  }
}

}  // namespace

Result<std::unique_ptr<SettingStore>> SettingStore::open(store::Database& database)
{
  DAVIT_TRY(database.create(k_setting_schema));
  return std::unique_ptr<SettingStore>(new SettingStore(database));
}

Result<std::optional<Json>> SettingStore::find(const Caller& caller, const std::string& function, std::string_view kind,
                                               const std::string& id)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT account, region, function, id, document FROM function_settings WHERE account = ? "
                                                 "AND region = ? AND function = ? AND kind = ? AND id = ?",
                                                 caller.account_id, caller.region, function, kind, id));
  DAVIT_TRY_ASSIGN(auto found, settings_of(std::move(rows)));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front().document));
}

Result<std::vector<Setting>> SettingStore::list(const Caller& caller, const std::string& function, std::string_view kind)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT account, region, function, id, document FROM function_settings WHERE account = ? "
                                                 "AND region = ? AND function = ? AND kind = ? ORDER BY id",
                                                 caller.account_id, caller.region, function, kind));
  return settings_of(std::move(rows));
}

Result<std::vector<Setting>> SettingStore::all(std::string_view kind)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows,
                   transaction->query("SELECT account, region, function, id, document FROM function_settings WHERE kind = ?", kind));
  return settings_of(std::move(rows));
}

Status SettingStore::put(const Caller& caller, const std::string& function, std::string_view kind, const std::string& id,
                         const Json& document)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute(
      "INSERT OR REPLACE INTO function_settings (account, region, function, kind, id, document) VALUES (?, ?, ?, ?, ?, ?)",
      caller.account_id, caller.region, function, kind, id, dump_json(document)));
  return transaction.commit();
}

Result<bool> SettingStore::erase(const Caller& caller, const std::string& function, std::string_view kind, const std::string& id)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM function_settings WHERE account = ? AND region = ? AND function = ? AND kind = ? AND id = ?",
                                 caller.account_id, caller.region, function, kind, id));
  const bool erased = transaction->changes() > 0;
  DAVIT_TRY(transaction.commit());
  return erased;
}

Status SettingStore::erase_id(const Caller& caller, const std::string& function, const std::string& id)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM function_settings WHERE account = ? AND region = ? AND function = ? AND id = ?",
                                 caller.account_id, caller.region, function, id));
  return transaction.commit();
}

Status SettingStore::erase_all(const Caller& caller, const std::string& function)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("DELETE FROM function_settings WHERE account = ? AND region = ? AND function = ?", caller.account_id,
                                 caller.region, function));
  return transaction.commit();
}

}  // namespace davit::aws::local::lambda
