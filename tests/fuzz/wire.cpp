// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/wire.hpp"

#include "aws/dynamodb/item_size.hpp"
#include "tests/fuzz/property.hpp"

using namespace davit::aws::dynamodb;
using davit::fuzz::require;

/// DynamoDB JSON, as it comes in requests and answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto item = parse_item(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!item) {
    require(!item.error().message.empty() || item.error().kind == WireError::Kind::serialization, "a refusal says why");
    return 0;
  }
  const std::string text = to_json_text(*item);
  const auto again = parse_item(text);
  require(again.has_value(), "an item's own text is an item");
  require(*again == *item, "an item survives its text");
  require(to_json_text(*again) == text, "an item has one text");
  require(item_size(*again) == item_size(*item), "equal items have equal sizes");
  return 0;
}
