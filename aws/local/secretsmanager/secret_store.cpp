// SPDX-License-Identifier: Apache-2.0
#include "aws/local/secretsmanager/secret_store.hpp"

#include <algorithm>

namespace davit::aws::local::secretsmanager {
namespace {

std::optional<std::int64_t> optional_integer(const store::Statement& row, int column)
{
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

Secret secret_of(const store::Statement& row, const Caller& caller)
{
  return {.account = caller.account_id,
          .region = caller.region,
          .name = std::string(row.text(0)),
          .arn = std::string(row.text(1)),
          .description = std::string(row.text(2)),
          .kms_key_id = std::string(row.text(3)),
          .created_ms = row.integer(4),
          .changed_ms = row.integer(5),
          .deleted_ms = optional_integer(row, 6),
          .gone_ms = optional_integer(row, 7),
          .tags = Json::parse(row.text(8), nullptr, false)};
}

SecretVersion version_of(const store::Statement& row)
{
  SecretVersion version{.id = std::string(row.text(0)), .created_ms = row.integer(1)};
  if (!row.is_null(2)) {
    version.text = std::string(row.text(2));
  }
  if (!row.is_null(3)) {
    version.binary = std::string(row.blob(3));
  }
  version.stages = Json::parse(row.text(4), nullptr, false).get<std::vector<std::string>>();
  return version;
}

Status load_versions(store::Connection& connection, Secret& secret)
{
  DAVIT_TRY_ASSIGN(
      auto rows,
      connection.query("SELECT id, created_ms, text, binary, stages FROM secret_versions WHERE arn = ? ORDER BY rowid", secret.arn));
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return {};
    }
    secret.versions.push_back(version_of(rows));
  }
}

void bind_optional(store::Statement& statement, int position, const std::optional<std::int64_t>& value)
{
  value ? statement.bind(position, *value) : statement.bind(position, nullptr);
}

Status save_version(store::Connection& connection, const Secret& secret, const SecretVersion& version)
{
  DAVIT_TRY_ASSIGN(auto insert,
                   connection.query("INSERT INTO secret_versions (arn, id, created_ms, stages, text, binary) VALUES (?, ?, ?, ?, ?, ?)",
                                    secret.arn, version.id, version.created_ms, Json(version.stages).dump()));
  version.text ? insert.bind(5, std::string_view(*version.text)) : insert.bind(5, nullptr);
  version.binary ? insert.bind(6, store::Blob{*version.binary}) : insert.bind(6, nullptr);
  DAVIT_TRY(insert.step());
  return {};
}

}  // namespace

const char* const k_secret_schema = R"(
CREATE TABLE IF NOT EXISTS secrets (
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, arn TEXT NOT NULL, description TEXT NOT NULL, kms_key_id TEXT NOT NULL,
  created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, deleted_ms INTEGER, gone_ms INTEGER, tags TEXT NOT NULL,
  PRIMARY KEY (account, region, name));
CREATE TABLE IF NOT EXISTS secret_versions (
  arn TEXT NOT NULL, id TEXT NOT NULL, created_ms INTEGER NOT NULL, text TEXT, binary BLOB, stages TEXT NOT NULL, PRIMARY KEY (arn, id));
)";

bool SecretVersion::has_stage(std::string_view stage) const
{
  return std::find(stages.begin(), stages.end(), stage) != stages.end();
}

void SecretVersion::add_stage(const std::string& stage)
{
  if (!has_stage(stage)) {
    stages.push_back(stage);
  }
}

void SecretVersion::remove_stage(std::string_view stage)
{
  std::erase(stages, stage);
}

const SecretVersion* Secret::version(std::string_view id) const
{
  const auto found = std::find_if(versions.begin(), versions.end(), [&](const SecretVersion& each) { return each.id == id; });
  return found == versions.end() ? nullptr : &*found;
}

SecretVersion* Secret::version(std::string_view id)
{
  return const_cast<SecretVersion*>(std::as_const(*this).version(id));
}

const SecretVersion* Secret::staged(std::string_view stage) const
{
  const auto found = std::find_if(versions.begin(), versions.end(), [&](const SecretVersion& each) { return each.has_stage(stage); });
  return found == versions.end() ? nullptr : &*found;
}

SecretVersion* Secret::staged(std::string_view stage)
{
  return const_cast<SecretVersion*>(std::as_const(*this).staged(stage));
}

Result<std::vector<Secret>> load_secrets(store::Connection& connection, const Caller& caller, const std::optional<std::string>& name)
{
  DAVIT_TRY_ASSIGN(
      auto rows,
      connection.query("SELECT name, arn, description, kms_key_id, created_ms, changed_ms, deleted_ms, gone_ms, tags FROM secrets "
                       "WHERE account = ? AND region = ? AND (? OR name = ?) ORDER BY name",
                       caller.account_id, caller.region, name ? 0 : 1, name.value_or("")));
  std::vector<Secret> secrets;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      break;
    }
    secrets.push_back(secret_of(rows, caller));
  }
  for (auto& secret : secrets) {
    DAVIT_TRY(load_versions(connection, secret));
  }
  return secrets;
}

Status save_secret(store::Connection& connection, const Secret& secret)
{
  DAVIT_TRY(erase_secret(connection, secret));
  DAVIT_TRY_ASSIGN(
      auto insert,
      connection.query(
          "INSERT INTO secrets (account, region, name, arn, description, kms_key_id, created_ms, changed_ms, tags, deleted_ms, gone_ms) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          secret.account, secret.region, secret.name, secret.arn, secret.description, secret.kms_key_id, secret.created_ms,
          secret.changed_ms, dump_json(secret.tags)));
  bind_optional(insert, 10, secret.deleted_ms);
  bind_optional(insert, 11, secret.gone_ms);
  DAVIT_TRY(insert.step());
  for (const auto& version : secret.versions) {
    DAVIT_TRY(save_version(connection, secret, version));
  }
  return {};
}

Status erase_secret(store::Connection& connection, const Secret& secret)
{
  DAVIT_TRY(connection.execute("DELETE FROM secret_versions WHERE arn = ?", secret.arn));
  return connection.execute("DELETE FROM secrets WHERE account = ? AND region = ? AND name = ?", secret.account, secret.region,
                            secret.name);
}

}  // namespace davit::aws::local::secretsmanager
