// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/item_shapes.hpp"

#include <nlohmann/json.hpp>

namespace davit::aws::local::dynamodb {

Shape item_table_name()
{
  Shape shape = required(name());
  shape.names_item_table = true;
  return shape;
}

Shape attribute_map()
{
  return map_of(attribute_value());
}

Shape returned_capacity()
{
  return one_of({"INDEXES", "TOTAL", "NONE"});
}

Shape logical_operator()
{
  return one_of({"OR", "AND"});
}

Shape comparison_operator()
{
  return one_of({"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS"});
}

Shape attributes_to_get()
{
  return between(list_of(text()), 1, 255);
}

Shape name_placeholders()
{
  return map_of(text());
}

Shape collection_metrics_choice()
{
  return one_of({"SIZE", "NONE"});
}

Shape old_on_failure()
{
  return one_of({"ALL_OLD", "NONE"});
}

Shape condition_map()
{
  return map_of(structure("Condition",
                          {{"AttributeValueList", list_of(attribute_value())}, {"ComparisonOperator", required(comparison_operator())}}));
}

Complaint empty_table_name(const Json& input)
{
  const Json* name = member_of(input, "TableName");
  if (name == nullptr || !name->get_ref<const std::string&>().empty() || is_left_to_older_checks(input)) {
    return std::nullopt;
  }
  return "1 validation error detected: Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1";
}

}  // namespace davit::aws::local::dynamodb
