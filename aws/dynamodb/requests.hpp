// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
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

/// BatchWriteItem with a put for each item of one table, given as DynamoDB-JSON texts.
std::string batch_put_body(const std::string& table, std::span<const std::string> item_texts);

/// BatchGetItem of one table, consistent.
std::string batch_get_body(const std::string& table, std::span<const Item> keys);

/// The answer of Query and Scan.
Result<Page> page_from_json(const Json& answer);

/// The items below a member of an answer, such as the puts that BatchWriteItem left unprocessed for `table`.
Result<std::vector<Item>> unprocessed_puts(const Json& answer, const std::string& table);
Result<std::vector<Item>> unprocessed_keys(const Json& answer, const std::string& table);
Result<std::vector<Item>> batch_get_items(const Json& answer, const std::string& table);

/// The capacity units that an answer says were used, of however many tables; 0 when it does not say.
double consumed_capacity(const Json& answer);

/// An item of an answer. A failed error names the service's mistake.
Result<Item> item_of_answer(const Json& json);

}  // namespace davit::aws::dynamodb
