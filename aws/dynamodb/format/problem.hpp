// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Items as people write them: plain JSON, JSON lines, CSV, and DynamoDB's own JSON.
namespace davit::aws::dynamodb::format {

/// A place in a text. Lines and columns count from 1; a column is a code point.
struct Place {
  std::int64_t line = 0;
  int column = 0;

  bool operator==(const Place&) const = default;
};

/// Why an item of a file cannot be stored. Their ids are davit's interface: they are listed by reasons() and never change.
enum class Reason {
  json_syntax,
  json_truncated,
  csv_header,
  csv_cells,
  csv_quote,
  utf8,
  text_too_long,
  not_an_item,
  attribute_twice,
  tag_unknown,
  type_unknown,
  type_value,
  number_syntax,
  number_precision,
  number_overflow,
  number_underflow,
  binary_base64,
  set_empty,
  set_duplicate,
  set_mixed,
  depth,
  name_empty,
  name_too_long,
  password,
  key_missing,
  key_type,
  key_empty,
  key_too_long,
  index_key_type,
  index_key_empty,
  index_key_too_long,
  item_too_large,
  item_duplicate,
};

struct ReasonText {
  Reason reason;
  std::string_view id;       ///< "key-missing"
  std::string_view meaning;  ///< one line
};

/// Every reason, in the order of the enumeration.
std::span<const ReasonText> reasons();

std::string_view id_of(Reason reason);

/// One thing that DynamoDB, or the format, refuses.
struct Problem {
  Reason reason = Reason::json_syntax;
  std::string message;
  Place at;
};

}  // namespace davit::aws::dynamodb::format
