// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
Outcome<std::string> create_table(Engine& engine, const Call& call);
Outcome<std::string> describe_table(Engine& engine, const Call& call);
Outcome<std::string> list_tables(Engine& engine, const Call& call);
Outcome<std::string> delete_table(Engine& engine, const Call& call);
Outcome<std::string> update_table(Engine& engine, const Call& call);
Outcome<std::string> put_item(Engine& engine, const Call& call);
Outcome<std::string> get_item(Engine& engine, const Call& call);
Outcome<std::string> update_item(Engine& engine, const Call& call);
Outcome<std::string> delete_item(Engine& engine, const Call& call);
Outcome<std::string> query(Engine& engine, const Call& call);
Outcome<std::string> scan(Engine& engine, const Call& call);
Outcome<std::string> batch_get_item(Engine& engine, const Call& call);
Outcome<std::string> batch_write_item(Engine& engine, const Call& call);
Outcome<std::string> transact_write_items(Engine& engine, const Call& call);
Outcome<std::string> transact_get_items(Engine& engine, const Call& call);
Outcome<std::string> execute_statement(Engine& engine, const Call& call);
Outcome<std::string> batch_execute_statement(Engine& engine, const Call& call);
Outcome<std::string> execute_transaction(Engine& engine, const Call& call);
Outcome<std::string> describe_time_to_live(Engine& engine, const Call& call);
Outcome<std::string> update_time_to_live(Engine& engine, const Call& call);
Outcome<std::string> tag_resource(Engine& engine, const Call& call);
Outcome<std::string> untag_resource(Engine& engine, const Call& call);
Outcome<std::string> list_tags_of_resource(Engine& engine, const Call& call);
Outcome<std::string> describe_continuous_backups(Engine& engine, const Call& call);
Outcome<std::string> update_continuous_backups(Engine& engine, const Call& call);
Outcome<std::string> describe_limits(Engine& engine, const Call& call);
Outcome<std::string> describe_endpoints(Engine& engine, const Call& call);

/// One operation that the local DynamoDB serves.
struct OperationEntry {
  Operation run;
  Shape input;
  Complaint (*first_complaint)(const Json& input) = nullptr;  ///< what the service says before it looks at the constraints of the model
};

/// What the operations on tables say of an input without a TableName, before all else.
Complaint missing_table_name(const Json& input);

/// nullptr for what is not served.
const OperationEntry* operation_named(std::string_view name);

// The operations by family, with the shapes of their input (shapes_*.cpp).
using OperationTable = std::vector<std::pair<std::string, OperationEntry>>;
OperationTable table_operations();
OperationTable write_operations();
OperationTable read_operations();
OperationTable transaction_operations();
OperationTable statement_operations();
OperationTable setting_operations();

}  // namespace davit::aws::local::dynamodb
