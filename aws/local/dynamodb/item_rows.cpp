// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/item_rows.hpp"

#include <nlohmann/json.hpp>

#include "aws/dynamodb/item_size.hpp"
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/page_size.hpp"
#include "aws/local/dynamodb/row_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using store::Blob;
using store::Connection;

Status write_row(Connection& connection, Space space, std::string_view key, const Item& item, const Table& table)
{
  return connection.execute("INSERT OR REPLACE INTO dynamodb_item (space, key, size, page_size, item) VALUES (?, ?, ?, ?, ?)", space,
                            Blob{key}, aws::dynamodb::item_size(item), page_size(item, table.key()), aws::dynamodb::to_json_text(item));
}

Status erase_row(Connection& connection, Space space, std::string_view key)
{
  return connection.execute("DELETE FROM dynamodb_item WHERE space = ? AND key = ?", space, Blob{key});
}

/// What an index holds of an item: its row's key and content.
struct Entry {
  std::string key;
  Item item;
};

std::optional<Entry> entry_of(const std::optional<Item>& item, const Index& index, const Table& table)
{
  if (!item || !index.holds(*item)) {
    return std::nullopt;
  }
  return Entry{index_row_key(*item, index, table.key()), index.projection_of(*item, table.key())};
}

/// A write is charged for each row that changes; moving one is a delete and an insert.
Result<double> replace_entry(Connection& connection, const Table& table, const Index& index, const std::optional<Entry>& before,
                             const std::optional<Entry>& after)
{
  double units = 0;
  const bool moved = before && after && before->key != after->key;
  if (before && (!after || moved)) {
    DAVIT_TRY(erase_row(connection, index.space, before->key));
    units += write_units(aws::dynamodb::item_size(before->item));
  }
  const bool same = before && after && !moved && before->item == after->item;
  if (after && !same) {
    DAVIT_TRY(write_row(connection, index.space, after->key, after->item, table));
    const std::size_t replaced = before && !moved ? aws::dynamodb::item_size(before->item) : 0;
    units += write_units(std::max(replaced, aws::dynamodb::item_size(after->item)));
  }
  return units;
}

Result<std::size_t> size_of_row(Connection& connection, const Table& table, std::string_view row)
{
  DAVIT_TRY_ASSIGN(auto rows, connection.query("SELECT size FROM dynamodb_item WHERE space = ? AND key = ?", table.space(), Blob{row}));
  DAVIT_TRY_ASSIGN(const bool there, rows.step());
  return there ? static_cast<std::size_t>(rows.integer(0)) : 0;
}

}  // namespace

Item decode(std::string_view json)
{
  return aws::dynamodb::checked_item_from_json(Json::parse(json, nullptr, false)).value_or(Item());
}

Item StoredItem::item() const
{
  return decode(json);
}

Result<std::optional<StoredItem>> read_item(Connection& connection, const Table& table, const Item& key)
{
  const std::string row = row_key(key, table.key());
  DAVIT_TRY_ASSIGN(auto rows,
                   connection.query("SELECT item, size FROM dynamodb_item WHERE space = ? AND key = ?", table.space(), Blob{row}));
  DAVIT_TRY_ASSIGN(const bool there, rows.step());
  if (!there) {
    return std::nullopt;
  }
  return StoredItem{std::string(rows.text(0)), static_cast<std::size_t>(rows.integer(1))};
}

Result<Capacity> replace_unseen(Connection& connection, const Table& table, const Item& key, const std::optional<Item>& after)
{
  const std::string row = row_key(key, table.key());
  DAVIT_TRY_ASSIGN(const std::size_t before_size, size_of_row(connection, table, row));
  if (after) {
    DAVIT_TRY(write_row(connection, table.space(), row, *after, table));
  } else if (before_size > 0) {
    DAVIT_TRY(erase_row(connection, table.space(), row));
  }
  return Capacity{.table = write_units(std::max(before_size, after ? aws::dynamodb::item_size(*after) : 0))};
}

Result<Capacity> replace_item(Connection& connection, const Table& table, const std::optional<Item>& before,
                              const std::optional<Item>& after)
{
  Capacity capacity;
  const auto size_of = [](const std::optional<Item>& item) { return item ? aws::dynamodb::item_size(*item) : 0; };
  capacity.table = write_units(std::max(size_of(before), size_of(after)));
  if (after) {
    DAVIT_TRY(write_row(connection, table.space(), row_key(*after, table.key()), *after, table));
  } else if (before) {
    DAVIT_TRY(erase_row(connection, table.space(), row_key(*before, table.key())));
  }
  for (const Index& index : table.indexes()) {
    DAVIT_TRY_ASSIGN(const double units,
                     replace_entry(connection, table, index, entry_of(before, index, table), entry_of(after, index, table)));
    if (units > 0) {
      capacity.add(index, units);
    }
  }
  return capacity;
}

Status fill_index(Connection& connection, const Table& table, const Index& index)
{
  DAVIT_TRY_ASSIGN(auto rows, connection.query("SELECT item FROM dynamodb_item WHERE space = ?", table.space()));
  while (true) {
    DAVIT_TRY_ASSIGN(const bool there, rows.step());
    if (!there) {
      return {};
    }
    const Item item = decode(rows.text(0));
    if (index.holds(item) && !aws::dynamodb::refusal_of_item(item, index.key)) {
      DAVIT_TRY(write_row(connection, index.space, index_row_key(item, index, table.key()), index.projection_of(item, table.key()), table));
    }
  }
}

Status clear(Connection& connection, Space space)
{
  return connection.execute("DELETE FROM dynamodb_item WHERE space = ?", space);
}

Result<SpaceTotals> totals_of(Connection& connection, Space space)
{
  DAVIT_TRY_ASSIGN(auto rows, connection.query("SELECT count(*), coalesce(sum(size), 0) FROM dynamodb_item WHERE space = ?", space));
  DAVIT_TRY(rows.step());
  return SpaceTotals{rows.integer(0), rows.integer(1)};
}

}  // namespace davit::aws::local::dynamodb
