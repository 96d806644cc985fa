// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/catalog.hpp"

#include <fmt/format.h>

namespace davit::aws::local::dynamodb {
namespace {

// The rows of a table and of its indexes are kept in the order of their keys, without a row number beside it: Query and Scan read a range.
constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS dynamodb_table (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL,
  UNIQUE (account, region, name));
CREATE TABLE IF NOT EXISTS dynamodb_item (
  space INTEGER NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, page_size INTEGER NOT NULL, item TEXT NOT NULL,
  PRIMARY KEY (space, key)) WITHOUT ROWID;
)";

}  // namespace

Status Catalog::load()
{
  DAVIT_TRY(m_database->create(k_schema));
  DAVIT_TRY_ASSIGN(const auto transaction, m_database->read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT account, region, record FROM dynamodb_table"));
  while (true) {
    DAVIT_TRY_ASSIGN(const bool there, rows.step());
    if (!there) {
      return {};
    }
    DAVIT_TRY_ASSIGN(auto record, parse_json(rows.text(2), "stored table"));
    publish(std::make_shared<const Table>(std::string(rows.text(0)), std::string(rows.text(1)), std::move(record)));
  }
}

TablePtr Catalog::find(const std::string& account_id, const std::string& region, const std::string& name)
{
  const std::shared_lock lock(m_mutex);
  const auto found = m_tables.find(Key(account_id, region, name));
  return found == m_tables.end() || found->second->is_gone(m_clock()) ? nullptr : found->second;
}

std::vector<TablePtr> Catalog::list(const std::string& account_id, const std::string& region)
{
  const TimePoint time = m_clock();
  const std::shared_lock lock(m_mutex);
  std::vector<TablePtr> tables;
  for (auto it = m_tables.lower_bound(Key(account_id, region, "")); it != m_tables.end(); ++it) {
    if (std::get<0>(it->first) != account_id || std::get<1>(it->first) != region) {
      break;
    }
    if (!it->second->is_gone(time)) {
      tables.push_back(it->second);
    }
  }
  return tables;
}

std::vector<TablePtr> Catalog::all()
{
  const TimePoint time = m_clock();
  const std::shared_lock lock(m_mutex);
  std::vector<TablePtr> tables;
  for (const auto& [key, table] : m_tables) {
    if (!table->is_gone(time)) {
      tables.push_back(table);
    }
  }
  return tables;
}

Result<std::int64_t> Catalog::next_id(store::Connection& connection)
{
  DAVIT_TRY_ASSIGN(auto row, connection.query("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'dynamodb_table'"));
  DAVIT_TRY(row.step());
  return row.integer(0);
}

Status Catalog::write(store::Connection& connection, const Table& table)
{
  // A table that was deleted leaves its row until the name is used again.
  DAVIT_TRY(connection.execute("DELETE FROM dynamodb_table WHERE account = ? AND region = ? AND name = ? AND id <> ?", table.account_id(),
                               table.region(), table.name(), table.record().at("id").get<std::int64_t>()));
  return connection.execute(
      "INSERT INTO dynamodb_table (id, account, region, name, record) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
      table.record().at("id").get<std::int64_t>(), table.account_id(), table.region(), table.name(), dump_json(table.record()));
}

void Catalog::publish(TablePtr table)
{
  const std::unique_lock lock(m_mutex);
  m_tables.insert_or_assign(Key(table->account_id(), table->region(), table->name()), std::move(table));
}

}  // namespace davit::aws::local::dynamodb
