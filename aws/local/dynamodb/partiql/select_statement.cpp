// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/partiql/select_statement.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/partiql/read_plan.hpp"
#include "aws/local/dynamodb/read_page.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

/// Where the next page starts: in which of the plan's ranges, and behind which key.
struct Continuation {
  std::size_t range = 0;
  std::optional<Item> key;
};

/// A token goes with one statement, its parameters and its account.
std::string digest_of(const Caller& caller, const Json& input)
{
  const Json* parameters = member_of(input, "Parameters");
  return to_hex(crypto::sha256(caller.account_id + '\n' + caller.region + '\n' + text_member(input, "Statement") + '\n' +
                               (parameters == nullptr ? "" : dump_json(*parameters))));
}

std::string token_of(const Continuation& next, const std::string& digest)
{
  std::string json = "{";
  append_member(json, "range", std::to_string(next.range));
  append_member(json, "statement", "\"" + digest + "\"");
  if (next.key) {
    append_member(json, "key", aws::dynamodb::to_json_text(*next.key));
  }
  return to_base64(json + "}");
}

Outcome<Continuation> continuation_of(const Json& input, const std::string& digest)
{
  const std::string token = text_member(input, "NextToken");
  if (token.empty()) {
    return Continuation();
  }
  const auto bytes = from_base64(token);
  const Json json = bytes ? Json::parse(*bytes, nullptr, false) : Json();
  const Json* range = member_of(json, "range");
  if (range == nullptr || !range->is_number_unsigned() || member_of(json, "statement") == nullptr) {
    return validation_error("Invalid NextToken");
  }
  if (*member_of(json, "statement") != digest) {
    return validation_error("NextToken does not match request");
  }
  Continuation out{.range = range->get<std::size_t>(), .key = std::nullopt};
  if (const Json* key = member_of(json, "key")) {
    auto item = aws::dynamodb::item_from_json(*key);
    if (!item) {
      return validation_error("Invalid NextToken");
    }
    out.key = std::move(*item);
  }
  return out;
}

bool has_hash_key(const std::vector<Ordering>& order, const KeySchema& key)
{
  return std::any_of(order.begin(), order.end(), [&key](const Ordering& ordering) {
    return std::any_of(key.partition.begin(), key.partition.end(),
                       [&](const KeyAttribute& attribute) { return ordering.term.path == Path{attribute.name}; });
  });
}

Complaint order_complaint(const Statement& statement, const KeySchema& key, const ReadPlan& plan)
{
  if (statement.order.empty()) {
    return std::nullopt;
  }
  if (!statement.where) {
    return "Must have WHERE clause in the statement when using ORDER BY clause.";
  }
  if (!plan.is_keyed) {
    return "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.";
  }
  for (const Ordering& ordering : statement.order) {
    if (ordering.term.kind != Term::Kind::path) {
      return "Argument to ORDER BY must be of type VariableReference. Type: " + ordering.term.text;
    }
    const auto* name = std::get_if<std::string>(&ordering.term.path.front());
    if (ordering.term.path.size() > 1 || key.find(*name) == nullptr) {
      return fmt::format("Variable reference {} in ORDER BY clause must be part of the primary key", *name);
    }
  }
  if (plan.ranges.size() > 1 && !has_hash_key(statement.order, key)) {
    return "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.";
  }
  return std::nullopt;
}

bool orders_down(const Statement& statement, const std::vector<KeyAttribute>& attributes)
{
  return std::any_of(statement.order.begin(), statement.order.end(), [&attributes](const Ordering& ordering) {
    return ordering.is_descending && std::any_of(attributes.begin(), attributes.end(),
                                                 [&](const KeyAttribute& attribute) { return ordering.term.path == Path{attribute.name}; });
  });
}

/// All that a SELECT reads, fit for pages of Query and Scan.
struct Selection {
  const Index* index = nullptr;
  ReadPlan plan;
  std::optional<ConditionExpression> condition;
  std::optional<ProjectionExpression> projection;
  bool is_flat = true;  ///< the projection has no nested paths
  bool forward = true;
};

Outcome<Selection> selection_of(const StatementCall& call, TimePoint now)
{
  Selection out;
  DAVIT_ANSWER_ASSIGN(out.index, index_of_select(call, now));
  const Table& table = *call.table;
  auto condition = select_condition(call);
  auto projection = condition ? select_projection(call) : tl::unexpected(condition.error());
  if (!projection) {
    return validation_error(std::move(projection).error());
  }
  const KeySchema& key = key_of(table, out.index);
  auto plan = read_plan_of(*condition ? &**condition : nullptr, key);
  if (!plan) {
    return validation_error(std::move(plan).error());
  }
  if (plan->is_keyed) {
    DAVIT_REFUSE_IF(index_filter_complaint(table, out.index, *condition));
  }
  DAVIT_REFUSE_IF(index_select_complaint(Json::object(), table, out.index, *projection));
  DAVIT_REFUSE_IF(order_complaint(call.statement, key, *plan));
  if (orders_down(call.statement, key.partition)) {
    std::reverse(plan->ranges.begin(), plan->ranges.end());
  }
  out.forward = !orders_down(call.statement, key.sort);
  out.plan = std::move(*plan);
  out.condition = std::move(*condition);
  out.projection = std::move(*projection);
  out.is_flat = !out.projection ||
                std::all_of(out.projection->paths.begin(), out.projection->paths.end(), [](const Path& path) { return path.size() == 1; });
  return out;
}

PageRequest page_request(const StatementCall& call, const Selection& selection, std::size_t range)
{
  Expressions expressions;
  expressions.projection = selection.projection;
  return {.table = *call.table,
          .index = selection.index,
          .range = selection.plan.ranges[range],
          .forward = selection.forward,
          .limit = std::nullopt,
          .is_consistent = call.is_consistent,
          .completes = needs_table(Json::object(), *call.table, selection.index, expressions),
          .filter = selection.condition,
          .projection = selection.is_flat ? selection.projection : std::nullopt};
}

void add_index_units(std::map<std::string, double>& sum, const Json& consumed, std::string_view member)
{
  if (const Json* indexes = member_of(consumed, member)) {
    for (const auto& [name, used] : indexes->items()) {
      sum[name] += used.at("CapacityUnits").get<double>();
    }
  }
}

void add_capacity(Capacity& sum, const Json& consumed)
{
  sum.table += consumed.at("Table").at("CapacityUnits").get<double>();
  add_index_units(sum.local_indexes, consumed, "LocalSecondaryIndexes");
  add_index_units(sum.global_indexes, consumed, "GlobalSecondaryIndexes");
}

/// Takes over what a page of Query or Scan answered.
void add_page(SelectedPage& out, const Json& page, const Selection& selection)
{
  for (const Json& json : page.at("Items")) {
    if (selection.is_flat) {
      out.items.push_back(dump_json(json));
    } else {
      const auto item = aws::dynamodb::item_from_json(json);
      out.items.push_back(aws::dynamodb::to_json_text(flattened(*item, *selection.projection)));
    }
  }
  add_capacity(out.capacity, page.at("ConsumedCapacity"));
}

}  // namespace

Outcome<SelectedPage> select_page(Engine& engine, const Caller& caller, const Json& input, const StatementCall& call)
{
  DAVIT_ANSWER_ASSIGN(const Selection selection, selection_of(call, engine.catalog.now()));
  const std::string digest = digest_of(caller, input);
  DAVIT_ANSWER_ASSIGN(Continuation next, continuation_of(input, digest));
  const Json with_capacity = {{"ReturnConsumedCapacity", "INDEXES"}};
  SelectedPage out;
  auto limit = integer_member(input, "Limit");
  for (; next.range < selection.plan.ranges.size(); ++next.range, next.key.reset()) {
    if (limit && *limit <= 0) {
      out.next_token = token_of(next, digest);
      break;
    }
    PageRequest request = page_request(call, selection, next.range);
    request.limit = limit;
    if (next.key) {
      start_behind(request.range, *next.key, *call.table, selection.index, selection.forward);
    }
    DAVIT_ANSWER_ASSIGN(const std::string text, read_page(engine, with_capacity, request));
    const Json page = Json::parse(text);
    add_page(out, page, selection);
    if (const Json* last = member_of(page, "LastEvaluatedKey")) {
      next.key = aws::dynamodb::item_from_json(*last).value_or(Item());
      out.last_key = dump_json(*last);
      out.next_token = token_of(next, digest);
      break;
    }
    limit = limit ? std::optional(*limit - page.at("ScannedCount").get<std::int64_t>()) : limit;
  }
  return out;
}

tl::expected<bool, std::string> selects_one_item(const StatementCall& call)
{
  const auto condition = select_condition(call);
  if (!condition) {
    return tl::unexpected(condition.error());
  }
  if (call.statement.source.size() > 1 || !*condition) {
    return false;
  }
  const auto plan = read_plan_of(&**condition, call.table->key());
  if (!plan) {
    return tl::unexpected(plan.error());
  }
  const auto where = item_condition_of(call.statement.where, call.parameters, call.table->key());
  return where && where->others.empty();
}

Outcome<std::optional<Item>> select_item(store::Connection& connection, const StatementCall& call, Capacity& capacity)
{
  const auto where = item_condition_of(call.statement.where, call.parameters, call.table->key());
  const auto projection = where ? select_projection(call) : tl::unexpected(where.error());
  if (!projection) {
    return validation_error(projection.error());
  }
  DAVIT_STORED_ASSIGN(const auto stored, read_item(connection, *call.table, where->key));
  capacity.table += read_units(stored ? stored->size : 1, call.is_consistent);
  if (!stored) {
    return std::nullopt;
  }
  return *projection ? flattened(stored->item(), **projection) : stored->item();
}

}  // namespace davit::aws::local::dynamodb::partiql
