// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/format/problem.hpp"

namespace davit::aws::dynamodb::format {

/// A way from an item to a value in it: names of map members and indexes of list elements.
using Path = std::vector<std::variant<std::string, std::size_t>>;

/// A {"$password": "text"} of a file. The item holds a placeholder of a hash's length there: the text itself never gets into an item.
struct Password {
  Path path;
  std::string text;
};

/// One item of a file, or what is wrong with it.
struct Record {
  Item item;
  std::vector<Password> passwords;
  std::vector<Problem> problems;  ///< when there are any, the item is incomplete
  Place at;
};

/// The value at the path; null when the item has none there.
AttributeValue* value_at(Item& item, const Path& path);
const AttributeValue* value_at(const Item& item, const Path& path);

/// Puts a fresh scrypt hash (aws/crypto/password.hpp) in the place of each password.
Status hash_passwords(Record& record);

/// Whether `stored` is what storing the record would leave, where a hash of the same password counts as the same.
bool is_stored_as(const Record& record, const Item& stored);

/// Stands for a hash until hash_passwords() makes it.
std::string_view password_placeholder();

}  // namespace davit::aws::dynamodb::format
