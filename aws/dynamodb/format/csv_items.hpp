// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/format/csv.hpp"
#include "aws/dynamodb/format/record.hpp"

/// Items as CSV: the first line names the attributes, each with its type as "price:N"; a column without a colon holds strings. An empty
/// cell means that the item has no such attribute, a quoted empty one ("") an empty string or binary. L, M and sets are plain JSON in their
/// cells.
namespace davit::aws::dynamodb::format {

struct CsvColumn {
  std::string name;
  AttributeType type = AttributeType::string;

  auto operator<=>(const CsvColumn&) const = default;
};

/// The columns of a header line.
tl::expected<std::vector<CsvColumn>, Problem> csv_columns(const CsvRow& header);

Record record_from_csv(std::span<const CsvColumn> columns, const CsvRow& row);

/// The text of a value's cell, quoted where it must be.
std::string csv_cell_of(const AttributeValue& value);

/// The header line that these columns need, in order, with its end of line.
std::string csv_header(std::span<const CsvColumn> columns);

/// The item's line. An attribute without a column of its name and type is left out, so columns are collected from every item first.
std::string csv_line(std::span<const CsvColumn> columns, const Item& item);

}  // namespace davit::aws::dynamodb::format
