// SPDX-License-Identifier: Apache-2.0
#include "aws/core/encoding.hpp"
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/evaluate.hpp"
#include "aws/local/dynamodb/partiql/translation.hpp"
#include "tests/fuzz/property.hpp"

using namespace davit::aws::local::dynamodb;
using davit::fuzz::require;

namespace {

const Item& item()
{
  static const Item k_item =
      davit::aws::dynamodb::parse_item(
          R"({"id":{"S":"a"},"n":{"N":"7"},"l":{"L":[{"N":"1"},{"M":{"d":{"BOOL":true}}}]},"m":{"M":{"x":{"NULL":true}}},"ss":{"SS":["p","q"]}})")
          .value();
  return k_item;
}

void translate(const partiql::Statement& statement)
{
  const partiql::Parameters parameters(statement.parameters, davit::aws::dynamodb::AttributeValue("p"));
  if (statement.where) {
    const auto condition = partiql::condition_of(*statement.where, parameters);
    require(condition || !condition.error().empty(), "a condition that is refused is refused for a reason");
    if (condition) {
      holds(*condition, item());
    }
    const auto of_item = partiql::item_condition_of(statement.where, parameters, {.partition = {{.name = "id"}}, .sort = {}});
    require(!of_item || of_item->key.size() == 1, "the condition of one item names its whole key");
  }
  if (statement.item) {
    const auto inserted = partiql::item_of(*statement.item, parameters);
    require(!inserted || davit::aws::dynamodb::parse_item(davit::aws::dynamodb::to_json_text(*inserted)) == *inserted,
            "an item of a statement survives its text");
  }
  if (!statement.assignments.empty()) {
    Item changed = item();
    const auto update = partiql::update_of(statement.assignments, parameters);
    if (update && apply_update(*update, changed)) {
      const auto again = davit::aws::dynamodb::parse_item(davit::aws::dynamodb::to_json_text(changed));
      require(!again || *again == changed, "an updated item survives its text");
    }
  }
}

}  // namespace

/// One statement. It stands in a JSON document, so that it is always UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!davit::is_utf8(text)) {
    return 0;
  }
  const auto statement = partiql::parse_statement(text);
  if (statement) {
    require(!statement->source.empty() || statement->refusal, "a statement that is carried out has a table");
    translate(*statement);
  } else {
    require(!statement.error().empty(), "a refusal says why");
  }
  return 0;
}
