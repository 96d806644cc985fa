// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "aws/local/dynamodb/table.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::dynamodb {

/// How long the control plane takes, so that a client that waits for ACTIVE waits for once.
constexpr std::chrono::milliseconds k_control_plane_delay{100};

/// The tables of all accounts and regions, in memory and in the database. Safe to use from several threads.
class Catalog
{
public:
  Catalog(store::Database& database, Clock clock) : m_database(&database), m_clock(std::move(clock)) {}

  /// Makes the schema of the database when it is missing, and reads what it holds.
  Status load();

  [[nodiscard]] TimePoint now() const { return m_clock(); }

  /// nullptr when there is no such table (any more).
  TablePtr find(const std::string& account_id, const std::string& region, const std::string& name);

  /// The tables of one account and region in the order of their names.
  std::vector<TablePtr> list(const std::string& account_id, const std::string& region);

  /// The tables of all accounts and regions.
  std::vector<TablePtr> all();

  /// A number that no table has had.
  Result<std::int64_t> next_id(store::Connection& connection);

  /// Held by who changes a table, from reading it until the change is published: a transaction ends before that.
  [[nodiscard]] std::unique_lock<std::mutex> alone() { return std::unique_lock(m_change_mutex); }

  /// Writes the record within a transaction. Call `publish` when it is committed.
  Status write(store::Connection& connection, const Table& table);
  void publish(TablePtr table);

private:
  using Key = std::tuple<std::string, std::string, std::string>;  ///< account, region, name

  store::Database* m_database;
  Clock m_clock;
  std::mutex m_change_mutex;
  std::shared_mutex m_mutex;
  std::map<Key, TablePtr> m_tables;
};

}  // namespace davit::aws::local::dynamodb
