// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/requests.hpp"
#include "aws/dynamodb/statement.hpp"
#include "aws/dynamodb/table.hpp"
#include "aws/dynamodb/table_settings.hpp"
#include "aws/dynamodb/transaction.hpp"

namespace davit::aws::dynamodb {

/// One function an API operation. Errors are the service's, their kind as davit's exit codes want it: a missing table is not_found, a
/// condition that was not met conflict.
class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "dynamodb") {}

  /// Names of all tables of the account and region, paged through.
  Result<std::vector<std::string>> list_tables();
  Result<TableDescription> describe_table(const std::string& name);
  Result<TableDescription> create_table(const TableDefinition& definition);
  Result<TableDescription> delete_table(const std::string& name);

  Result<TimeToLive> describe_time_to_live(const std::string& table);
  Status enable_time_to_live(const std::string& table, const std::string& attribute);
  Result<PointInTimeRecovery> describe_recovery(const std::string& table);
  /// 0 days leaves the period to the service.
  Status enable_recovery(const std::string& table, int days);
  /// All tags, paged through.
  Result<Tags> list_tags(const std::string& table_arn);

  /// Nothing when the table has no such item.
  Result<std::optional<Item>> get_item(const GetItemRequest& request);
  /// The item that was there before, when the request asks for it and there was one.
  Result<std::optional<Item>> put_item(const PutItemRequest& request);
  Result<std::optional<Item>> delete_item(const DeleteItemRequest& request);
  /// The attributes that the request asks for.
  Result<Item> update_item(const UpdateItemRequest& request);

  /// One page. The end is where `last_key` is absent, not where a page is empty.
  Result<Page> query(const QueryRequest& request);
  Result<Page> scan(const ScanRequest& request);

  /// One page of what a PartiQL statement gives.
  Result<StatementPage> execute_statement(const StatementRequest& request);

  /// All of it, or nothing.
  Result<TransactionOutcome> transact_write(const TransactionRequest& request);
  /// An item, or nothing, for each get.
  Result<TransactionOutcome> transact_get(const TransactionRequest& request);

  /// For many calls at once, made of aws/dynamodb/requests.hpp.
  auth::ServiceClient& service() { return m_service; }

private:
  Result<Json> call(const std::string& operation, std::string body, auth::Effect effect);
  Result<TransactionOutcome> transact(const std::string& operation, const TransactionRequest& request, auth::Effect effect);
  Result<std::optional<Item>> call_for_item(const std::string& operation, std::string body, auth::Effect effect, const char* member);

  auth::ServiceClient m_service;
};

}  // namespace davit::aws::dynamodb
