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
#include "aws/dynamodb/table.hpp"

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

  /// For many calls at once, made of aws/dynamodb/requests.hpp.
  auth::ServiceClient& service() { return m_service; }

private:
  Result<Json> call(const std::string& operation, std::string body, auth::Effect effect);
  Result<std::optional<Item>> call_for_item(const std::string& operation, std::string body, auth::Effect effect, const char* member);

  auth::ServiceClient m_service;
};

}  // namespace davit::aws::dynamodb
