// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/expiry.hpp"

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/read_page.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::AttributeValue;
using aws::dynamodb::Number;

constexpr std::chrono::hours k_oldest{5 * 365 * 24};
/// At most this part of the time is spent on looking.
constexpr int k_rest_per_look = 19;

std::string expiry_attribute(const Table& table)
{
  return table.record().value("timeToLive", std::string());
}

Node seconds(TimePoint time)
{
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  return {.kind = Node::Kind::value, .value = AttributeValue(Number(since))};
}

/// Numbers have no order with other types, so that only numbers lie between.
ConditionExpression expired_condition(const std::string& attribute, TimePoint now)
{
  Node root{.kind = Node::Kind::between, .text = "BETWEEN"};
  root.arguments = {Node{.kind = Node::Kind::path, .path = {attribute}}, seconds(now - k_oldest), seconds(now - std::chrono::seconds(1))};
  return {.root = std::move(root)};
}

ProjectionExpression key_projection(const Table& table)
{
  ProjectionExpression projection;
  for (const KeyAttribute& attribute : table.key().attributes()) {
    projection.paths.push_back({attribute.name});
  }
  return projection;
}

struct ExpiredPage {
  std::vector<Item> keys;
  std::optional<Item> last;  ///< nothing behind the last page
};

Result<ExpiredPage> expired_page(Engine& engine, const Table& table, const ConditionExpression& condition, const std::optional<Item>& start)
{
  PageRequest request{.table = table, .range = {}, .limit = std::nullopt, .filter = condition, .projection = key_projection(table)};
  if (start) {
    start_behind(request.range, *start, table, nullptr, true);
  }
  const auto answer = read_page(engine, Json::object(), request);
  if (!answer) {
    return fail(failed_error(answer.error().message));
  }
  const Json page = Json::parse(*answer);
  ExpiredPage out;
  for (const Json& item : page.at("Items")) {
    out.keys.push_back(aws::dynamodb::item_from_json(item).value_or(Item()));
  }
  if (const Json* last = member_of(page, "LastEvaluatedKey")) {
    out.last = aws::dynamodb::item_from_json(*last).value_or(Item());
  }
  return out;
}

/// Those that are still there and still expired: an item may have been written since it was found.
Result<std::int64_t> delete_items(Engine& engine, const TablePtr& table, const ConditionExpression& condition,
                                  const std::vector<Item>& keys)
{
  DAVIT_TRY_ASSIGN(auto transaction, engine.database.write());
  const TablePtr now = engine.catalog.find(table->account_id(), table->region(), table->name());
  if (!now || now->space() != table->space() || expiry_attribute(*now) != expiry_attribute(*table)) {
    return 0;
  }
  std::int64_t deleted = 0;
  for (const Item& key : keys) {
    DAVIT_TRY_ASSIGN(const auto stored, read_item(*transaction, *now, key));
    const std::optional<Item> item = stored ? std::optional(stored->item()) : std::nullopt;
    if (item && holds(condition, *item)) {
      DAVIT_TRY(replace_item(*transaction, *now, item, std::nullopt));
      ++deleted;
    }
  }
  DAVIT_TRY(transaction.commit());
  return deleted;
}

Result<std::int64_t> delete_expired_of(Engine& engine, const TablePtr& table, const std::function<bool()>& goes_on)
{
  const ConditionExpression condition = expired_condition(expiry_attribute(*table), engine.catalog.now());
  std::optional<Item> start;
  std::int64_t deleted = 0;
  do {
    DAVIT_TRY_ASSIGN(auto page, expired_page(engine, *table, condition, start));
    if (!page.keys.empty()) {
      DAVIT_TRY_ASSIGN(const auto count, delete_items(engine, table, condition, page.keys));
      deleted += count;
    }
    start = std::move(page.last);
  } while (start && goes_on());
  return deleted;
}

}  // namespace

Result<std::int64_t> delete_expired(Engine& engine, const std::function<bool()>& goes_on)
{
  std::int64_t deleted = 0;
  for (const TablePtr& table : engine.catalog.all()) {
    if (!expiry_attribute(*table).empty() && table->is_usable(engine.catalog.now()) && goes_on()) {
      DAVIT_TRY_ASSIGN(const auto count, delete_expired_of(engine, table, goes_on));
      deleted += count;
    }
  }
  return deleted;
}

Expiry::Expiry(Engine& engine, std::chrono::milliseconds interval) : m_engine(engine), m_interval(interval), m_thread([this] { run(); }) {}

Expiry::~Expiry()
{
  {
    const std::lock_guard lock(m_mutex);
    m_stops = true;
  }
  m_wake.notify_all();
  m_thread.join();
}

void Expiry::run()
{
  const auto goes_on = [this] {
    const std::lock_guard lock(m_mutex);
    return !m_stops;
  };
  std::chrono::milliseconds rest = m_interval;
  std::unique_lock lock(m_mutex);
  while (!m_wake.wait_for(lock, rest, [this] { return m_stops; })) {
    lock.unlock();
    const auto before = std::chrono::steady_clock::now();
    // What fails now, because the disk is full, is tried again next time; nobody waits for it.
    static_cast<void>(delete_expired(m_engine, goes_on));
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - before);
    rest = std::max(m_interval, k_rest_per_look * taken);
    lock.lock();
  }
}

}  // namespace davit::aws::local::dynamodb
