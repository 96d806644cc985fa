// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/dynamodb/attribute_value.hpp"

/// The documents of the item operations
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html).
namespace davit::aws::dynamodb {

/// What the placeholders of a request's expressions stand for: "#n" a name, ":v" a value.
struct Placeholders {
  std::map<std::string, std::string> names;
  Map values;
};

struct GetItemRequest {
  std::string table;
  Item key;
  std::string projection;
  Placeholders placeholders;
  bool consistent = false;
};

struct PutItemRequest {
  std::string table;
  Item item;
  std::string condition;
  Placeholders placeholders;
  bool return_old = false;
};

struct UpdateItemRequest {
  std::string table;
  Item key;
  std::string update;
  std::string condition;
  Placeholders placeholders;
  std::string return_values = "NONE";  ///< NONE, ALL_OLD, ALL_NEW, UPDATED_OLD, UPDATED_NEW
};

struct DeleteItemRequest {
  std::string table;
  Item key;
  std::string condition;
  Placeholders placeholders;
  bool return_old = false;
};

/// What Query and Scan share.
struct Selection {
  std::string table;
  std::string index;
  std::string filter;
  std::string projection;
  Placeholders placeholders;
  bool consistent = false;
  bool count_only = false;
  std::optional<int> limit;  ///< items evaluated, before the filter
  Item start_key;            ///< the last key of the page before; empty for the first page
};

struct QueryRequest : Selection {
  std::string key_condition;
  bool descending = false;
};

struct ScanRequest : Selection {
  std::optional<int> segment;
  int total_segments = 1;
};

struct Page {
  std::vector<Item> items;
  std::int64_t count = 0;
  std::int64_t scanned = 0;
  Item last_key;  ///< empty on the last page
  double consumed_capacity = 0;
};

std::string body_of(const GetItemRequest& request);
std::string body_of(const PutItemRequest& request);
std::string body_of(const UpdateItemRequest& request);
std::string body_of(const DeleteItemRequest& request);
std::string body_of(const QueryRequest& request);
std::string body_of(const ScanRequest& request);

constexpr std::size_t k_max_batch_write = 25;
constexpr std::size_t k_max_batch_get = 100;

/// One request of BatchWriteItem, of the DynamoDB-JSON text of an item or of a key.
std::string put_request(std::string_view item_text);
std::string delete_request(std::string_view key_text);

/// BatchWriteItem with these requests to one table.
std::string batch_write_body(const std::string& table, std::span<const std::string_view> requests);

/// BatchGetItem of one table, consistent.
std::string batch_get_body(const std::string& table, std::span<const Item> keys);

/// What answers so is a proxy, or something else that is broken for a while: an unavailable error.
Error unreadable_answer(std::string_view problem);

/// The body of a successful answer. What is no JSON object, or has not the members of the operation, did not come from DynamoDB: an
/// unavailable error, here and below.
Result<Json> answer_of(const std::string& operation, const std::string& body);

/// The answer of ListTables.
struct TableNames {
  std::vector<std::string> names;
  std::string last;  ///< where the next page starts; empty on the last one
};
Result<TableNames> table_names_from_json(const Json& answer);

/// The answer of Query and Scan.
Result<Page> page_from_json(const Json& answer);

/// What BatchWriteItem left to be written again (the items of its puts, the keys of its deletes) and BatchGetItem to be read again, and
/// what the latter found. One request asks for one table, but an answer may call it by its name or its ARN: all that are there are taken.
Result<std::vector<Item>> unprocessed_writes(const Json& answer);
Result<std::vector<Item>> unprocessed_keys(const Json& answer);
Result<std::vector<Item>> batch_get_items(const Json& answer);

/// The capacity units that an answer says were used, of however many tables; 0 when it does not say.
double consumed_capacity(const Json& answer);

/// The item of a put_request(), or the key of a delete_request().
Result<Item> item_of_request(std::string_view request);

/// An item of an answer. The error names the service's mistake.
Result<Item> item_of_answer(const Json& json);

}  // namespace davit::aws::dynamodb
