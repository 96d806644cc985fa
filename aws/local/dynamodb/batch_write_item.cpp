// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "aws/local/dynamodb/item_checks.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/row_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_requests = 25;

/// One put (an item) or delete (a key).
struct Write {
  Item item;
  bool is_put = false;
};

struct TableWrites {
  std::string name;
  std::vector<Write> writes;
  TablePtr table = nullptr;
};

tl::expected<Write, std::string> read_write(const Json& request)
{
  const Json* put = member_of(request, "PutRequest");
  const Json* erase = member_of(request, "DeleteRequest");
  if ((put == nullptr) == (erase == nullptr)) {
    return tl::unexpected(
        std::string("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"));
  }
  auto item = read_attributes(put != nullptr ? put->at("Item") : erase->at("Key"), ValueWords::older);
  if (!item) {
    return tl::unexpected(std::move(item).error());
  }
  if (put != nullptr) {
    if (auto complaint = size_complaint(*item)) {
      return tl::unexpected(std::move(*complaint));
    }
  }
  return Write{std::move(*item), put != nullptr};
}

/// A put with a wrong key is told off like a delete is.
Complaint key_complaint(const Write& write, const Table& table)
{
  if (!write.is_put) {
    return refusal_of_key(write.item, table.key());
  }
  auto complaint = refusal_of_item(write.item, table.key());
  if (complaint &&
      (complaint->find("Missing the key") != std::string::npos || complaint->find("Type mismatch for key") != std::string::npos)) {
    return "The provided key element does not match the schema";
  }
  return complaint;
}

Complaint writes_complaint(const TableWrites& writes)
{
  std::set<std::string> rows;
  for (const Write& write : writes.writes) {
    if (auto complaint = key_complaint(write, *writes.table)) {
      return complaint;
    }
    if (write.is_put) {
      if (auto complaint = index_key_complaint(write.item, *writes.table, WrittenBy::put)) {
        return complaint;
      }
    }
    if (!rows.insert(row_key(write.item, writes.table->key())).second) {
      return "Provided list of item keys contains duplicates";
    }
  }
  return std::nullopt;
}

Result<Capacity> run(store::Connection& connection, const Table& table, const Write& write)
{
  const std::optional<Item> after = write.is_put ? std::optional(write.item) : std::nullopt;
  if (table.indexes().empty()) {
    return replace_unseen(connection, table, write.item, after);
  }
  DAVIT_TRY_ASSIGN(const auto stored, read_item(connection, table, write.item));
  return replace_item(connection, table, stored ? std::optional(stored->item()) : std::nullopt, after);
}

Result<Capacity> write_all(store::Connection& connection, const TableWrites& writes)
{
  Capacity sum;
  for (const Write& write : writes.writes) {
    DAVIT_TRY_ASSIGN(const Capacity used, run(connection, *writes.table, write));
    sum.add(used);
  }
  return sum;
}

/// The metrics of each partition that was written to.
std::string metrics_of(const Json& input, const TableWrites& writes)
{
  std::set<std::string> metrics;
  for (const Write& write : writes.writes) {
    metrics.insert(collection_metrics(input, *writes.table, write.item));
  }
  metrics.erase("");
  return metrics.empty() ? std::string() : fmt::format("[{}]", fmt::join(metrics, ","));
}

}  // namespace

Outcome<std::string> batch_write_item(Engine& engine, const Call& call)
{
  std::vector<TableWrites> requests;
  std::size_t count = 0;
  for (const auto& [name, list] : call.input.at("RequestItems").items()) {
    TableWrites writes{.name = name, .writes = {}};
    for (const Json& request : list) {
      auto write = read_write(request);
      if (!write) {
        return validation_error(std::move(write).error());
      }
      writes.writes.push_back(std::move(*write));
    }
    count += writes.writes.size();
    requests.push_back(std::move(writes));
  }
  if (count > k_max_requests) {
    return validation_error("Too many items requested for the BatchWriteItem call");
  }
  // Before the table is looked up, so that it cannot go meanwhile.
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  for (TableWrites& writes : requests) {
    DAVIT_ANSWER_ASSIGN(writes.table, usable_table(engine, call.caller, writes.name));
    DAVIT_REFUSE_IF(writes_complaint(writes));
  }
  const auto detail = detail_of(call.input);
  std::string capacities;
  std::string metrics = "{";
  for (const TableWrites& writes : requests) {
    DAVIT_STORED_ASSIGN(const Capacity used, write_all(*transaction, writes));
    capacities += (capacities.empty() ? "" : ",") + used.to_json(writes.table->name(), detail);
    if (const std::string own = metrics_of(call.input, writes); !own.empty()) {
      append_member(metrics, writes.name, own);
    }
  }
  DAVIT_STORED(transaction.commit());
  std::string body = "{";
  append_member(body, "UnprocessedItems", "{}");
  if (detail != Capacity::Detail::none) {
    append_member(body, "ConsumedCapacity", "[" + capacities + "]");
  }
  if (metrics.size() > 1) {
    append_member(body, "ItemCollectionMetrics", metrics + "}");
  }
  return body + "}";
}

}  // namespace davit::aws::local::dynamodb
