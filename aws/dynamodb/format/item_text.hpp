// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/format/csv_cells.hpp"

namespace davit::aws::dynamodb::format {

/// How the items of an answer leave it.
struct ItemForm {
  enum class Notation {
    plain,  ///< to_plain_json()
    typed,  ///< to_typed_json()
    cells,  ///< of CSV, see csv_cells.hpp
  };
  Notation notation = Notation::plain;
  std::vector<std::string> order_by = {};  ///< attributes by which the items are to be sorted; none when their order does not matter
  std::vector<std::string> hidden = {};    ///< attributes that were read only to be sorted by, and are not written
};

/// Appends the item in this notation, without an end of line.
void append_text(std::string& out, const Item& item, const ItemForm& form, CsvColumnNumbers& columns);

/// Appends bytes by which items sort as DynamoDB sorts the values of these attributes. An absent one comes first.
void append_order(std::string& out, const Item& item, const std::vector<std::string>& order_by);

/// Appends one value of such an order: zero bytes are followed by FF, and each value ends in 00 01, so that none runs into the next.
void append_order(std::string& out, std::string_view sort_bytes);

}  // namespace davit::aws::dynamodb::format
