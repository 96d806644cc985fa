// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/read_page.hpp"

#include <fmt/format.h>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/page_size.hpp"
#include "aws/local/dynamodb/row_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

/// A page in the making.
class Page
{
public:
  Page(store::Connection& connection, const PageRequest& request) : m_connection(connection), m_request(request) {}

  Status run()
  {
    DAVIT_TRY_ASSIGN(auto rows, select());
    while (!is_full()) {
      DAVIT_TRY_ASSIGN(const bool there, rows.step());
      if (!there) {
        return {};
      }
      DAVIT_TRY(take(rows));
    }
    return {};
  }

  [[nodiscard]] std::string answer(const Json& input) const
  {
    std::string out = "{";
    if (!m_request.counts_only) {
      append_member(out, "Items", "[" + m_items + "]");
    }
    append_member(out, "Count", std::to_string(m_count));
    append_member(out, "ScannedCount", std::to_string(m_scanned));
    if (is_full() && !m_last.empty()) {
      append_member(out, "LastEvaluatedKey", aws::dynamodb::to_json_text(last_key()));
    }
    if (const auto detail = detail_of(input); detail != Capacity::Detail::none) {
      append_member(out, "ConsumedCapacity", capacity().to_json(m_request.table.name(), detail));
    }
    return out + "}";
  }

private:
  Result<store::Statement> select()
  {
    const Space space = m_request.index == nullptr ? m_request.table.space() : m_request.index->space;
    const KeyRange& range = m_request.range;
    if (range.high.empty()) {
      return m_connection.query(m_request.forward
                                    ? "SELECT item, size, page_size FROM dynamodb_item WHERE space = ? AND key >= ? ORDER BY key"
                                    : "SELECT item, size, page_size FROM dynamodb_item WHERE space = ? AND key >= ? ORDER BY key DESC",
                                space, store::Blob{range.low});
    }
    return m_connection.query(
        m_request.forward ? "SELECT item, size, page_size FROM dynamodb_item WHERE space = ? AND key >= ? AND key < ? ORDER BY key"
                          : "SELECT item, size, page_size FROM dynamodb_item WHERE space = ? AND key >= ? AND key < ? ORDER BY key DESC",
        space, store::Blob{range.low}, store::Blob{range.high});
  }

  [[nodiscard]] bool is_full() const { return (m_request.limit && m_scanned >= *m_request.limit) || m_page_bytes >= k_page_limit; }

  Status take(const store::Statement& row)
  {
    ++m_scanned;
    m_bytes += static_cast<std::size_t>(row.integer(1));
    m_page_bytes += static_cast<std::size_t>(row.integer(2));
    m_last = row.text(0);
    if (!m_request.completes && !m_request.filter && !m_request.projection) {
      return add(m_last);
    }
    Item item = decode(m_last);
    if (m_request.completes) {
      DAVIT_TRY_ASSIGN(const auto stored, read_item(m_connection, m_request.table, aws::dynamodb::key_of(item, m_request.table.key())));
      if (stored) {
        item = stored->item();
        m_table_units += read_units(stored->size, m_request.is_consistent);
      }
    }
    if (m_request.filter && !holds(*m_request.filter, item)) {
      return {};
    }
    return add(aws::dynamodb::to_json_text(m_request.projection ? project(item, m_request.projection->paths) : item));
  }

  Status add(std::string_view json)
  {
    ++m_count;
    if (!m_request.counts_only) {
      m_items += m_items.empty() ? "" : ",";
      m_items += json;
    }
    return {};
  }

  [[nodiscard]] Item last_key() const
  {
    const Item last = decode(m_last);
    Item key = aws::dynamodb::key_of(last, m_request.table.key());
    key.merge(aws::dynamodb::key_of(last, key_of(m_request.table, m_request.index)));
    return key;
  }

  /// The sum of a page is rounded up once, an empty one costing as much as the smallest; what the table is asked for, item by item.
  [[nodiscard]] Capacity capacity() const
  {
    Capacity capacity;
    const double units = read_units(std::max<std::size_t>(m_bytes, 1), m_request.is_consistent);
    if (m_request.index == nullptr) {
      capacity.table = units;
    } else {
      capacity.add(*m_request.index, units);
      capacity.table = m_table_units;
    }
    return capacity;
  }

  store::Connection& m_connection;
  const PageRequest& m_request;
  std::string m_items;
  std::string m_last;
  std::int64_t m_count = 0;
  std::int64_t m_scanned = 0;
  std::size_t m_bytes = 0;
  double m_table_units = 0;
  std::size_t m_page_bytes = 0;
};

/// Attributes of the projection that the index does not hold.
std::vector<std::string> missing_in(const Index& index, const Table& table, const std::vector<Path>& paths)
{
  std::vector<std::string> missing;
  for (const Path& path : paths) {
    const auto& name = std::get<std::string>(path.front());
    if (!index.has(name, table.key())) {
      missing.push_back(name);
    }
  }
  return missing;
}

}  // namespace

const KeySchema& key_of(const Table& table, const Index* index)
{
  return index == nullptr ? table.key() : index->key;
}

Outcome<std::string> read_page(Engine& engine, const Json& input, const PageRequest& request)
{
  DAVIT_STORED_ASSIGN(const auto transaction, engine.database.read_briefly());
  Page page(*transaction, request);
  DAVIT_STORED(page.run());
  return page.answer(input);
}

Complaint filling_complaint(const Table& table, const Index& index, TimePoint now)
{
  if (index.is_local || !table.is_filling(index.name, now)) {
    return std::nullopt;
  }
  return "Cannot read from backfilling global secondary index: " + index.name;
}

Outcome<const Index*> index_of(const Json& input, const Table& table, TimePoint now)
{
  const Json* name = member_of(input, "IndexName");
  if (name == nullptr) {
    return nullptr;
  }
  const Index* index = table.index(name->get_ref<const std::string&>());
  if (index == nullptr) {
    return validation_error("The table does not have the specified index: " + name->get<std::string>());
  }
  DAVIT_REFUSE_IF(filling_complaint(table, *index, now));
  if (!index->is_local && flag_member(input, "ConsistentRead")) {
    return validation_error("Consistent reads are not supported on global secondary indexes");
  }
  return index;
}

Complaint select_complaint(const Json& input, bool has_projection, ValueWords words)
{
  const std::string select = text_member(input, "Select");
  const bool has_older = member_of(input, "AttributesToGet") != nullptr;
  const std::string_view member = has_older ? "AttributesToGet" : "ProjectionExpression";
  if (select == "SPECIFIC_ATTRIBUTES" && !has_projection && !has_older) {
    const std::string message = "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";
    return words == ValueWords::newer ? detected({message}) : message;
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && member_of(input, "IndexName") == nullptr) {
    // A scan is told of querying too.
    return "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
  }
  if (select.empty() || select == "SPECIFIC_ATTRIBUTES" || (!has_projection && !has_older)) {
    return std::nullopt;
  }
  return fmt::format("Cannot specify the {} when choosing to get {}", member, select == "COUNT" ? "only the Count" : select);
}

Complaint index_select_complaint(const Json& input, const Table& table, const Index* index,
                                 const std::optional<ProjectionExpression>& projection)
{
  if (index == nullptr || index->is_local || index->projects_all) {
    return std::nullopt;
  }
  if (text_member(input, "Select") == "ALL_ATTRIBUTES") {
    return fmt::format(
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index {} because its projection "
        "type is not ALL",
        index->name);
  }
  const auto missing = projection ? missing_in(*index, table, projection->paths) : std::vector<std::string>();
  if (missing.empty()) {
    return std::nullopt;
  }
  return fmt::format("One or more parameter values were invalid: Global secondary index {} does not project [{}]", index->name,
                     fmt::join(missing, ", "));
}

Complaint index_filter_complaint(const Table& table, const Index* index, const std::optional<ConditionExpression>& filter)
{
  if (index == nullptr || !filter) {
    return std::nullopt;
  }
  auto names = attributes_of(*filter);
  std::erase_if(names, [&](const std::string& name) { return index->has(name, table.key()); });
  if (names.empty()) {
    return std::nullopt;
  }
  return fmt::format("One or more parameter values were invalid: Secondary index {} does not project one or more filter attributes: [{}]",
                     index->name, fmt::join(names, ", "));
}

bool needs_table(const Json& input, const Table& table, const Index* index, const Expressions& expressions)
{
  if (index == nullptr || !index->is_local || index->projects_all) {
    return false;
  }
  if (text_member(input, "Select") == "ALL_ATTRIBUTES") {
    return true;
  }
  return expressions.projection && !missing_in(*index, table, expressions.projection->paths).empty();
}

tl::expected<std::optional<Item>, std::string> read_start_key(const Json& input, ValueWords words)
{
  const Json* member = member_of(input, "ExclusiveStartKey");
  if (member == nullptr) {
    return std::nullopt;
  }
  auto key = read_attributes(*member, words);
  if (key) {
    return std::move(*key);
  }
  // The service begins some of these complaints with its own, and others not.
  const std::string& message = key.error();
  for (const auto* own : {"contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude"}) {
    if (message.find(own) != std::string::npos) {
      return tl::unexpected(message);
    }
  }
  return tl::unexpected("The provided starting key is invalid: " + message);
}

void start_behind(KeyRange& range, const Item& start_key, const Table& table, const Index* index, bool forward)
{
  std::string row = index == nullptr ? row_key(start_key, table.key()) : index_row_key(start_key, *index, table.key());
  if (!forward) {
    range.high = range.high.empty() ? std::move(row) : std::min(range.high, row);
    return;
  }
  row += '\0';
  range.low = std::max(range.low, row);
}

}  // namespace davit::aws::local::dynamodb
