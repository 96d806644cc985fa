// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/problem.hpp"

namespace davit::aws::dynamodb::format {

std::span<const ReasonText> reasons()
{
  static constexpr ReasonText k_reasons[] = {
      {Reason::json_syntax, "json-syntax", "the text is no JSON (RFC 8259)"},
      {Reason::json_truncated, "json-truncated", "the text ends inside of a value"},
      {Reason::csv_header, "csv-header", "the first line of a CSV file names no usable columns"},
      {Reason::csv_cells, "csv-cells", "a CSV line has more or fewer cells than the header"},
      {Reason::csv_quote, "csv-quote", "a quoted CSV cell does not end, or goes on after its closing quote (RFC 4180)"},
      {Reason::utf8, "utf8", "the text is no UTF-8"},
      {Reason::text_too_long, "text-too-long", "one item takes more text than any item that DynamoDB stores could"},
      {Reason::not_an_item, "not-an-item", "the value is no object, so it cannot be an item"},
      {Reason::attribute_twice, "attribute-twice", "a name stands twice in one object"},
      {Reason::tag_unknown, "tag-unknown", "a member begins with a single $ and is none of $bin, $set and $password"},
      {Reason::type_unknown, "type-unknown", "a value of DynamoDB JSON is not an object with one of the ten types"},
      {Reason::type_value, "type-value", "a value does not fit the type that it is declared to have"},
      {Reason::number_syntax, "number-syntax", "a number is not written as one"},
      {Reason::number_precision, "number-precision", "a number has more than 38 significant digits"},
      {Reason::number_overflow, "number-overflow", "a number is beyond 9.9999999999999999999999999999999999999E+125"},
      {Reason::number_underflow, "number-underflow", "a number is nearer to zero than 1E-130"},
      {Reason::binary_base64, "binary-base64", "a binary value is no base64 with padding (RFC 4648)"},
      {Reason::set_empty, "set-empty", "a set has no elements"},
      {Reason::set_duplicate, "set-duplicate", "a set has an element twice, numbers compared by value"},
      {Reason::set_mixed, "set-mixed", "the elements of a set are not all strings, all numbers or all binaries"},
      {Reason::depth, "depth", "a value is nested deeper than 32 levels"},
      {Reason::name_empty, "name-empty", "an attribute has an empty name"},
      {Reason::name_too_long, "name-too-long", "an attribute's name has more than 65535 bytes"},
      {Reason::password, "password", "the text of a $password is empty or no string"},
      {Reason::key_missing, "key-missing", "a key attribute of the table is absent"},
      {Reason::key_type, "key-type", "a key attribute of the table has another type than the table declares"},
      {Reason::key_empty, "key-empty", "a key attribute of the table is an empty string or binary"},
      {Reason::key_too_long, "key-too-long", "a partition key has more than 2048 bytes, or a sort key more than 1024"},
      {Reason::index_key_type, "index-key-type", "a key attribute of an index has another type than the table declares"},
      {Reason::index_key_empty, "index-key-empty", "a key attribute of an index is an empty string or binary"},
      {Reason::index_key_too_long, "index-key-too-long",
       "a key attribute of an index is too long: 2048 bytes for the partition key, 1024 for the sort key"},
      {Reason::item_too_large, "item-too-large", "an item has more than 409600 bytes, names included"},
      {Reason::item_duplicate, "item-duplicate", "an earlier item has the same key, numbers compared by value"},
  };
  return k_reasons;
}

std::string_view id_of(Reason reason)
{
  return reasons()[static_cast<std::size_t>(reason)].id;
}

}  // namespace davit::aws::dynamodb::format
