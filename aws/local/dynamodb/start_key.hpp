// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/refusal.hpp"
#include "aws/local/dynamodb/table.hpp"

namespace davit::aws::local::dynamodb {

constexpr std::string_view k_invalid_start_key = "The provided starting key is invalid";

/// Whether the start key has as many attributes as the keys of the table and of what is read have together.
bool has_size_of_start_key(const Item& start, const Table& table, const KeySchema& key);

/// What is wrong with one attribute of the key by which is read.
Complaint start_key_part_complaint(const Item& start, const KeyAttribute& attribute, bool is_partition);

/// What is wrong with the part that is the table's key.
Complaint start_table_key_complaint(const Item& start, const Table& table);

}  // namespace davit::aws::local::dynamodb
