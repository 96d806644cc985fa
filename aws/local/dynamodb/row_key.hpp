// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "aws/local/dynamodb/table.hpp"

namespace davit::aws::local::dynamodb {

// Keys of rows are bytes whose order is the order of DynamoDB: a hash of the partition key, which spreads the partitions over the
// segments of a scan, then the key attributes, each in a form that no other begins with.

/// One key attribute: a string, number or binary.
std::string encode(const aws::dynamodb::AttributeValue& value);

/// What every key attribute that begins with these bytes begins with.
std::string encode_prefix(const aws::dynamodb::AttributeValue& value);

/// The bytes before all rows of one partition.
std::string partition_prefix(const Item& key, const KeySchema& schema);

/// The row of an item in its table.
std::string row_key(const Item& item, const KeySchema& table_key);

/// The row of an item in an index; the table's key makes it unique.
std::string index_row_key(const Item& item, const Index& index, const KeySchema& table_key);

/// The first bytes behind everything that begins with `prefix`; empty when there are none.
std::string behind(std::string prefix);

/// The bytes at which that segment of a scan begins; empty for the first and behind the last.
std::string segment_start(std::int64_t segment, std::int64_t total);

}  // namespace davit::aws::local::dynamodb
