// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/engine.hpp"

#include <nlohmann/json.hpp>

#include "aws/dynamodb/wire.hpp"

namespace davit::aws::local::dynamodb {

TablePtr find_table(Engine& engine, const Caller& caller, const std::string& name_or_arn)
{
  if (!name_or_arn.starts_with("arn:")) {
    return engine.catalog.find(caller.account_id, caller.region, name_or_arn);
  }
  // Only what the caller sees by name: tables of other accounts need a policy, and other regions an endpoint of theirs.
  const TablePtr table = engine.catalog.find(caller.account_id, caller.region, name_or_arn.substr(name_or_arn.rfind('/') + 1));
  return table && table->arn() == name_or_arn ? table : nullptr;
}

Outcome<TablePtr> usable_table(Engine& engine, const Caller& caller, const std::string& name_or_arn)
{
  TablePtr table = find_table(engine, caller, name_or_arn);
  if (!table || !table->is_usable(engine.catalog.now())) {
    return table_not_found();
  }
  return table;
}

std::string text_member(const Json& object, std::string_view name)
{
  const Json* member = member_of(object, name);
  return member == nullptr ? std::string() : member->get<std::string>();
}

bool flag_member(const Json& object, std::string_view name, bool otherwise)
{
  const Json* member = member_of(object, name);
  return member == nullptr ? otherwise : aws::dynamodb::boolean_of(*member).value_or(otherwise);
}

std::optional<std::int64_t> integer_member(const Json& object, std::string_view name)
{
  const Json* member = member_of(object, name);
  if (member == nullptr) {
    return std::nullopt;
  }
  return member->is_number_float() ? static_cast<std::int64_t>(member->get<double>()) : member->get<std::int64_t>();
}

void append_member(std::string& object, std::string_view name, std::string_view json)
{
  if (object.empty()) {
    object += '{';
  } else if (object.back() != '{') {
    object += ',';
  }
  aws::dynamodb::append_json_string(object, name);
  (object += ':') += json;
}

}  // namespace davit::aws::local::dynamodb
