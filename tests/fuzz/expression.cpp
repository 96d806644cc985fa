// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/item_size.hpp"
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/check.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/expression/evaluate.hpp"
#include "tests/fuzz/property.hpp"

using namespace davit::aws::local::dynamodb;
using davit::fuzz::require;

namespace {

const Item& item()
{
  static const Item k_item =
      davit::aws::dynamodb::parse_item(
          R"({"a":{"N":"7"},"b":{"S":"abc"},"c":{"L":[{"N":"1"},{"M":{"d":{"BOOL":true}}}]},"m":{"M":{"x":{"NULL":true}}},
                                     "ns":{"NS":["1","2"]},"ss":{"SS":["p","q"]},"bs":{"BS":["AA=="]},"bin":{"B":"AAE="}})")
          .value();
  return k_item;
}

Placeholders placeholders()
{
  static const Item k_values =
      davit::aws::dynamodb::parse_item(
          R"({":n":{"N":"5"},":s":{"S":"b"},":t":{"S":"S"},":l":{"L":[{"S":"x"}]},":m":{"M":{"x":{"N":"1"}}},":ns":{"NS":["2","3"]},":ss":{"SS":["q"]},":b":{"B":"AA=="}})")
          .value();
  Placeholders out;
  out.names = {{"#a", "a"}, {"#c", "c"}, {"#m", "m"}, {"#r", "name"}};
  out.values.insert(k_values.begin(), k_values.end());
  return out;
}

void condition(const std::string& text)
{
  auto known = placeholders();
  auto parsed = parse_condition(text);
  if (!parsed || !check(*parsed, known)) {
    return;
  }
  const bool truth = holds(*parsed, item());
  auto opposite = parse_condition("NOT (" + text + ")");
  if (opposite && check(*opposite, known)) {  // one operator more may be one too many
    require(holds(*opposite, item()) != truth, "a condition or its opposite holds");
  }
}

void update(const std::string& text)
{
  auto known = placeholders();
  auto parsed = parse_update(text);
  if (!parsed || !check(*parsed, known)) {
    return;
  }
  Item changed = item();
  if (apply_update(*parsed, changed)) {
    const auto again = davit::aws::dynamodb::parse_item(davit::aws::dynamodb::to_json_text(changed));
    require(!again || *again == changed, "an updated item survives its text");
  }
}

void projection(const std::string& text)
{
  auto known = placeholders();
  auto parsed = parse_projection(text);
  if (!parsed || !check(*parsed, known)) {
    return;
  }
  const Item part = project(item(), parsed->paths);
  require(davit::aws::dynamodb::item_size(part) <= davit::aws::dynamodb::item_size(item()), "a part is no larger than the whole");
}

}  // namespace

/// The first byte tells the kind of expression.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  if (size == 0) {
    return 0;
  }
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'u':
      update(text);
      break;
    case 'p':
      projection(text);
      break;
    default:
      condition(text);
  }
  return 0;
}
