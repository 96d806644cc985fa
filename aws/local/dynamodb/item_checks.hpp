// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/expression/ast.hpp"
#include "aws/local/dynamodb/refusal.hpp"
#include "aws/local/dynamodb/table.hpp"

namespace davit::aws::local::dynamodb {

/// Who wrote the value of an index key, for the words of the complaint.
enum class WrittenBy { put, update };

/// An attribute that is a key of an index has that key's type, is not empty and not too long, or is absent.
Complaint index_key_complaint(const Item& item, const Table& table, WrittenBy written_by);

/// An update that gives an index key what cannot have its type is refused whatever the item is.
Complaint index_key_complaint(const UpdateExpression& update, const Table& table);

/// More than 400 KB.
Complaint size_complaint(const Item& item);

/// Deeper than the service keeps, which an update can make of values that are not.
Complaint nesting_complaint(const Item& item);

/// `"ItemCollectionMetrics"` of a table with local indexes, when the request asks for it; empty otherwise.
std::string collection_metrics(const Json& request, const Table& table, const Item& key);

}  // namespace davit::aws::local::dynamodb
