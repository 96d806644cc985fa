// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/time.hpp"
#include "aws/dynamodb/key_schema.hpp"

namespace davit::aws::local::dynamodb {

using aws::dynamodb::Item;
using aws::dynamodb::KeyAttribute;
using aws::dynamodb::KeySchema;

/// Rows of one table, or of one index of it.
using Space = std::int64_t;

struct Index {
  std::string name;
  bool is_local = false;
  KeySchema key;
  bool projects_all = false;
  std::vector<std::string> projected;  ///< names of non-key attributes that it holds, unless it holds all
  Space space = 0;

  /// What the index keeps of an item, table key included.
  [[nodiscard]] Item projection_of(const Item& item, const KeySchema& table_key) const;
  /// Whether it holds the attribute.
  [[nodiscard]] bool has(std::string_view attribute, const KeySchema& table_key) const;
  /// Whether the item has every key attribute of the index.
  [[nodiscard]] bool holds(const Item& item) const;
};

/// One table as it is kept: the description that the service shows, and what is derived from it for work. Unchanging once shared; a
/// change makes a new one.
class Table
{
public:
  Table(std::string account_id, std::string region, Json record);

  [[nodiscard]] const std::string& account_id() const { return m_account_id; }
  [[nodiscard]] const std::string& region() const { return m_region; }
  [[nodiscard]] const std::string& name() const { return m_name; }
  [[nodiscard]] const KeySchema& key() const { return m_key; }
  [[nodiscard]] const std::vector<Index>& indexes() const { return m_indexes; }
  [[nodiscard]] const Index* index(std::string_view name) const;
  [[nodiscard]] Space space() const { return m_space; }
  [[nodiscard]] std::string arn() const;

  /// All that is kept: "description" as DescribeTable shows it, and the settings that have operations of their own.
  [[nodiscard]] const Json& record() const { return m_record; }
  [[nodiscard]] const Json& description() const { return m_record.at("description"); }

  [[nodiscard]] std::string status(TimePoint now) const;
  /// IndexStatus of a global index.
  [[nodiscard]] std::string index_status(const std::string& index_name, TimePoint now) const;
  /// A global index that UpdateTable has just added: it takes writes, and cannot be read yet.
  [[nodiscard]] bool is_filling(const std::string& index_name, TimePoint now) const;
  /// Items can be read and written: it is neither being created nor deleted.
  [[nodiscard]] bool is_usable(TimePoint now) const;
  [[nodiscard]] bool is_gone(TimePoint now) const;
  /// When all of its last change is in effect.
  [[nodiscard]] TimePoint settled_at() const;

private:
  std::string m_account_id;
  std::string m_region;
  Json m_record;
  std::string m_name;
  KeySchema m_key;
  std::vector<Index> m_indexes;
  Space m_space = 0;
};

using TablePtr = std::shared_ptr<const Table>;

/// Seconds with milliseconds, as the service prints times.
double epoch_seconds(TimePoint time);

/// Types come from the attribute definitions, which must have every name of the schema.
KeySchema read_key_schema(const Json& elements, const Json& attribute_definitions);

}  // namespace davit::aws::local::dynamodb
