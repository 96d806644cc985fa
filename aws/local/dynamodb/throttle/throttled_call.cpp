// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/throttle/throttled_call.hpp"

#include <array>

#include "aws/local/dynamodb/capacity.hpp"
#include "aws/local/dynamodb/partiql/statement.hpp"
#include "aws/local/dynamodb/throttle/batch_share.hpp"
#include "aws/local/dynamodb/transaction/write_transaction.hpp"

namespace davit::aws::local::dynamodb {
namespace {

struct Use {
  enum class Kind { single, batch, transaction, statement };
  std::string_view operation;
  Kind kind;
  Direction direction;
};

constexpr std::array<Use, 13> k_uses{{{"GetItem", Use::Kind::single, Direction::read},
                                      {"Query", Use::Kind::single, Direction::read},
                                      {"Scan", Use::Kind::single, Direction::read},
                                      {"PutItem", Use::Kind::single, Direction::write},
                                      {"UpdateItem", Use::Kind::single, Direction::write},
                                      {"DeleteItem", Use::Kind::single, Direction::write},
                                      {"BatchGetItem", Use::Kind::batch, Direction::read},
                                      {"BatchWriteItem", Use::Kind::batch, Direction::write},
                                      {"TransactGetItems", Use::Kind::transaction, Direction::read},
                                      {"TransactWriteItems", Use::Kind::transaction, Direction::write},
                                      {"ExecuteStatement", Use::Kind::statement, Direction::read},
                                      {"BatchExecuteStatement", Use::Kind::statement, Direction::read},
                                      {"ExecuteTransaction", Use::Kind::statement, Direction::read}}};

/// The request with its capacity told in full, which is what is charged.
Json with_capacity(Json input)
{
  input["ReturnConsumedCapacity"] = "INDEXES";
  return input;
}

/// One document as the request wanted it.
Json as_wanted(Json consumed, Capacity::Detail detail)
{
  if (detail == Capacity::Detail::total) {
    for (const auto* part : {"Table", "LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
      consumed.erase(part);
    }
  }
  return consumed;
}

class ThrottledCall
{
public:
  ThrottledCall(CapacityBuckets& buckets, Operation operation, Engine& engine, const Call& call)
      : m_buckets(buckets), m_operation(operation), m_engine(engine), m_call(call)
  {
  }

  Outcome<std::string> single(Direction direction)
  {
    if (const TablePtr table = table_of(m_call.input)) {
      if (const auto exhausted = m_buckets.exhausted(table, direction, text_member(m_call.input, "IndexName"))) {
        return tl::unexpected(throughput_exceeded(*exhausted));
      }
    }
    return run(m_call.input, direction);
  }

  Outcome<std::string> batch(Direction direction)
  {
    const BatchShare share = share_of(m_buckets, m_engine, m_call.caller, m_call.input.at("RequestItems"), direction);
    if (share.processed.empty()) {
      return tl::unexpected(throughput_exceeded(*share.exhausted));
    }
    Json input = m_call.input;
    input["RequestItems"] = share.processed;
    auto answer = run(input, direction);
    if (!answer || share.rest.empty()) {
      return answer;
    }
    Json document = Json::parse(*answer);
    document[direction == Direction::read ? "UnprocessedKeys" : "UnprocessedItems"].update(share.rest, true);
    return dump_json(document);
  }

  Outcome<std::string> transaction(Direction direction)
  {
    Reasons reasons;
    bool is_cancelled = false;
    for (const Json& item : m_call.input.at("TransactItems")) {
      reasons.push_back(reason_of(item, direction));
      is_cancelled = is_cancelled || reasons.back();
    }
    return is_cancelled ? Outcome<std::string>(tl::unexpected(cancelled(reasons))) : run(m_call.input, direction);
  }

  /// The statements of one request all read or all write.
  Outcome<std::string> statements()
  {
    auto direction = Direction::read;
    for (const std::string& text : statement_texts()) {
      const auto statement = partiql::parse_statement(text);
      if (!statement) {
        continue;
      }
      direction = statement->kind == partiql::Statement::Kind::select ? Direction::read : Direction::write;
      const TablePtr table = find_table(m_engine, m_call.caller, statement->source.front());
      const std::string index = statement->source.size() > 1 ? statement->source[1] : "";
      if (const auto exhausted = table ? m_buckets.exhausted(table, direction, index) : std::nullopt) {
        return tl::unexpected(throughput_exceeded(*exhausted));
      }
    }
    return run(m_call.input, direction);
  }

private:
  TablePtr table_of(const Json& input) { return find_table(m_engine, m_call.caller, text_member(input, "TableName")); }

  std::vector<std::string> statement_texts()
  {
    std::vector<std::string> texts;
    if (m_call.input.contains("Statement")) {
      texts.push_back(text_member(m_call.input, "Statement"));
    }
    for (const auto* member : {"Statements", "TransactStatements"}) {
      const Json* list = member_of(m_call.input, member);
      for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        texts.push_back(text_member((*list)[i], "Statement"));
      }
    }
    return texts;
  }

  std::optional<Refusal> reason_of(const Json& transact_item, Direction direction)
  {
    for (const auto& [name, action] : transact_item.items()) {
      const TablePtr table = action.is_object() ? table_of(action) : nullptr;
      if (const auto exhausted = table ? m_buckets.exhausted(table, direction) : std::nullopt) {
        Refusal refusal = throughput_exceeded(*exhausted);
        refusal.members.clear();
        return refusal;
      }
    }
    return std::nullopt;
  }

  Outcome<std::string> run(const Json& input, Direction direction)
  {
    const Json counted = with_capacity(input);
    auto answer = m_operation(m_engine, {.caller = m_call.caller, .input = counted, .host = m_call.host});
    return answer ? charge(Json::parse(*answer), direction) : answer;
  }

  std::string charge(Json answer, Direction direction)
  {
    const auto detail = detail_of(m_call.input);
    Json consumed = answer.contains("ConsumedCapacity") ? answer.at("ConsumedCapacity") : Json();
    answer.erase("ConsumedCapacity");
    const bool is_one = consumed.is_object();
    Json wanted = Json::array();
    for (const Json& one : is_one ? Json::array({consumed}) : consumed) {
      take(one, direction);
      wanted.push_back(as_wanted(one, detail));
    }
    if (detail != Capacity::Detail::none && !consumed.is_null()) {
      answer["ConsumedCapacity"] = is_one ? wanted.at(0) : wanted;
    }
    return dump_json(answer);
  }

  void take(const Json& consumed, Direction direction)
  {
    if (const TablePtr table = table_of(consumed)) {
      m_buckets.take(table, direction, consumed);
    }
  }

  CapacityBuckets& m_buckets;
  Operation m_operation;
  Engine& m_engine;
  const Call& m_call;
};

}  // namespace

Outcome<std::string> run_throttled(CapacityBuckets& buckets, std::string_view name, Operation operation, Engine& engine, const Call& call)
{
  const auto* use = std::find_if(k_uses.begin(), k_uses.end(), [name](const Use& known) { return known.operation == name; });
  if (use == k_uses.end()) {
    return operation(engine, call);
  }
  ThrottledCall throttled(buckets, operation, engine, call);
  switch (use->kind) {
    case Use::Kind::single:
      return throttled.single(use->direction);
    case Use::Kind::batch:
      return throttled.batch(use->direction);
    case Use::Kind::transaction:
      return throttled.transaction(use->direction);
    case Use::Kind::statement:
      return throttled.statements();
  }
  return operation(engine, call);
}

}  // namespace davit::aws::local::dynamodb
