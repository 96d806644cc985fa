// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "aws/dynamodb/attribute_value.hpp"

namespace davit::commands::table {

/// One place in which two items differ. The values are the items' own; null where an item has nothing there.
struct AttributeDifference {
  std::string path;  ///< price, address.city, tags[0]; names with dots or brackets in quotes
  const aws::dynamodb::AttributeValue* before = nullptr;
  const aws::dynamodb::AttributeValue* after = nullptr;
};

/// In which places the items differ, maps and lists of one length looked into; numbers by value, sets without order. They must outlive the
/// result.
std::vector<AttributeDifference> differences(const aws::dynamodb::Item& before, const aws::dynamodb::Item& after);

}  // namespace davit::commands::table
