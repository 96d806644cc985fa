// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/plain_line.hpp"

#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/wire.hpp"
#include "tests/fuzz/property.hpp"

using namespace davit::aws::dynamodb;
using davit::fuzz::require;

namespace {

const format::TableKeys& table()
{
  static const format::TableKeys k_table{.key = {.partition = {{"pk", AttributeType::string}}, .sort = {{"sk", AttributeType::number}}},
                                         .indexes = {{"by-tag", {.partition = {{"tag", AttributeType::string}}, .sort = {}}}}};
  return k_table;
}

/// The line's item by way of the exact reader.
format::Record exact(const std::string& line)
{
  auto source = format::TextSource::of_text(line, "input");
  source.stop_at_line_end(true);
  const auto json = format::read_json(source);
  require(json.has_value(), "what the quick reader takes is JSON");
  format::skip_white_space(source);
  require(source.peek() == format::TextSource::k_end, "what the quick reader takes is alone on its line");
  return format::record_from_plain_json(*json);
}

}  // namespace

/// A line of plain JSON: what the quick reader takes, the exact one takes, and both read the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const std::string line(reinterpret_cast<const char*>(data), size);
  static format::PlainLineReader reader{table()};
  format::LineItem item;
  if (line.find('\n') != std::string::npos || line.starts_with("\xEF\xBB\xBF") || !reader.read(line, item)) {
    return 0;
  }
  const auto record = exact(line);
  require(format::problems_of(record, table()).empty(), "what the quick reader takes the table takes");
  const auto parsed = parse_item(item.text);
  require(parsed && *parsed == record.item, "both read the same item");
  require(item.key == digest_of(record.item, table().key.attributes()), "both find the same key");
  require(item.column == record.at.column, "both say where it begins");
  return 0;
}
