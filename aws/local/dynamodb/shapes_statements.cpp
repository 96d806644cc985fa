// SPDX-License-Identifier: Apache-2.0
// Inputs of the operations that run PartiQL statements, members in the order in which the service complains about them.
#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/item_shapes.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/transaction/write_transaction.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::int64_t k_max_statement = 8192;
constexpr std::int64_t k_max_next_token = 32768;
constexpr std::int64_t k_max_batch_statements = 25;

Shape statement()
{
  return required(between(text(), 1, k_max_statement));
}

Shape statement_parameters()
{
  return between(list_of(attribute_value()), 1, std::nullopt);
}

Shape execute_statement_input()
{
  return structure("ExecuteStatementInput", {{"ReturnConsumedCapacity", returned_capacity()},
                                             {"Statement", statement()},
                                             {"Parameters", statement_parameters()},
                                             {"ConsistentRead", flag()},
                                             {"NextToken", between(text(), 1, k_max_next_token)},
                                             {"Limit", between(integer(), 1, std::nullopt)},
                                             {"ReturnValuesOnConditionCheckFailure", old_on_failure()}});
}

Shape batch_execute_statement_input()
{
  const Shape member = structure("BatchStatementRequest", {{"Statement", statement()},
                                                           {"Parameters", statement_parameters()},
                                                           {"ConsistentRead", flag()},
                                                           {"ReturnValuesOnConditionCheckFailure", old_on_failure()}});
  return structure("BatchExecuteStatementInput", {{"ReturnConsumedCapacity", returned_capacity()},
                                                  {"Statements", required(between(list_of(member), 1, k_max_batch_statements))}});
}

Shape execute_transaction_input()
{
  const Shape member = structure(
      "ParameterizedStatement",
      {{"Statement", statement()}, {"Parameters", statement_parameters()}, {"ReturnValuesOnConditionCheckFailure", old_on_failure()}});
  return structure("ExecuteTransactionInput", {{"ClientRequestToken", between(text(), 1, 36)},
                                               {"ReturnConsumedCapacity", returned_capacity()},
                                               {"TransactStatements", required(between(list_of(member), 1, k_max_transaction_actions))}});
}

}  // namespace

OperationTable statement_operations()
{
  return {{"ExecuteStatement", {execute_statement, execute_statement_input()}},
          {"BatchExecuteStatement", {batch_execute_statement, batch_execute_statement_input()}},
          {"ExecuteTransaction", {execute_transaction, execute_transaction_input()}}};
}

}  // namespace davit::aws::local::dynamodb
