// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/plain_json.hpp"

#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/typed_json.hpp"
#include "aws/dynamodb/wire.hpp"
#include "tests/fuzz/property.hpp"

using namespace davit::aws::dynamodb;
using davit::fuzz::require;

namespace {

std::optional<format::Record> record_of(std::string text)
{
  auto source = format::TextSource::of_text(std::move(text), "input");
  const auto json = format::read_json(source);
  return json ? std::optional(format::record_from_plain_json(*json)) : std::nullopt;
}

}  // namespace

/// One JSON value, taken for an item in plain JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto record = record_of(std::string(reinterpret_cast<const char*>(data), size));
  if (!record || !record->problems.empty()) {
    return 0;
  }
  const std::string text = format::to_plain_json(record->item);
  const auto again = record_of(text);
  require(again && again->problems.empty(), "an item's plain JSON is an item");
  require(again->item == record->item, "an item survives plain JSON");
  require(format::to_plain_json(again->item) == text, "an item has one plain JSON");
  const auto wired = parse_item(to_json_text(record->item));
  require(wired && *wired == record->item, "an item of plain JSON survives the wire");
  return 0;
}
