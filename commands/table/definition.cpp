// SPDX-License-Identifier: Apache-2.0
#include "commands/table/definition.hpp"

#include <fmt/format.h>

#include "aws/core/spelling.hpp"
#include "cli/config/key_spec.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

ddb::KeyAttribute key_attribute_of(const cli::config::KeyAttribute& attribute)
{
  return {.name = attribute.name, .type = ddb::attribute_type_of(std::string(1, attribute.type)).value_or(ddb::AttributeType::string)};
}

}  // namespace

ddb::KeySchema key_schema_of(const cli::config::KeySpec& spec)
{
  ddb::KeySchema out{.partition = {key_attribute_of(spec.partition)}, .sort = {}};
  if (spec.sort) {
    out.sort.push_back(key_attribute_of(*spec.sort));
  }
  return out;
}

ddb::format::TableKeys keys_of(const cli::config::Table& table)
{
  ddb::format::TableKeys out{.key = key_schema_of(table.key), .indexes = {}};
  for (const auto& [name, spec] : table.indexes) {
    out.indexes.emplace(name, key_schema_of(spec));
  }
  return out;
}

ddb::format::TableKeys keys_of(const ddb::TableDescription& table)
{
  ddb::format::TableKeys out{.key = table.key, .indexes = {}};
  for (const auto& index : table.indexes) {
    out.indexes.emplace(index.name, index.key);
  }
  return out;
}

ddb::TableDefinition definition_of(const std::string& physical_name, const cli::config::Table& table)
{
  ddb::TableDefinition out{.name = physical_name, .key = key_schema_of(table.key)};
  for (const auto& [name, spec] : table.indexes) {
    out.indexes[name].key = key_schema_of(spec);
  }
  return out;
}

Result<ddb::KeySchema> parse_key(const std::string& flag, const std::string& spec)
{
  if (spec.starts_with('[') != spec.ends_with(']')) {
    return fail(usage_error(fmt::format("{}: '{}' has a bracket without its other half", flag, spec),
                            "quote the whole, as in --key '[user_id, order_id:N]'"));
  }
  const auto parsed = cli::config::parse_key_spec(spec);
  if (!parsed) {
    return fail(usage_error(fmt::format("{}: {}", flag, parsed.error().message), parsed.error().hint));
  }
  return key_schema_of(*parsed);
}

Result<cli::config::TableTarget> table_of_project(const cli::config::Project& project, const std::string& name)
{
  auto target = cli::config::find_table(&project, name);
  if (target.table != nullptr) {
    return target;
  }
  const auto suggestion = nearest(name, cli::config::table_keys(&project));
  return fail(usage_error(
      fmt::format("davit.yaml has no table '{}'", name),
      suggestion ? fmt::format("did you mean '{}'?", *suggestion) : "name its key by --key, as in --key '[user_id, order_id:N]'"));
}

}  // namespace davit::commands::table
