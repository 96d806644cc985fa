// SPDX-License-Identifier: Apache-2.0
#include "commands/table/describe.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/core/time.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc describe_doc()
{
  return {
      .summary = "Show keys, indexes and state of a table [API: DescribeTable]",
      .description = "The numbers of items and bytes are those of the service, which are up to six hours old; `davit table count` counts.",
      .examples = {{"davit table describe products --env dev", "A table of davit.yaml"},
                   {"davit table describe shop-dev-products -o yaml", "Any table"}}};
}

OrderedJson to_json(const ddb::KeySchema& key)
{
  OrderedJson out = OrderedJson::array();
  for (const auto& attribute : key.attributes()) {
    out.push_back({{"name", attribute.name}, {"type", ddb::wire_name(attribute.type)}});
  }
  return out;
}

OrderedJson to_json(const ddb::TableDescription& table)
{
  OrderedJson indexes = OrderedJson::array();
  for (const auto& index : table.indexes) {
    indexes.push_back({{"name", index.name},
                       {"key", to_json(index.key)},
                       {"kind", index.is_local ? "local" : "global"},
                       {"projection", index.projection},
                       {"status", index.status}});
  }
  return {{"name", table.name},
          {"arn", table.arn},
          {"status", table.status},
          {"key", to_json(table.key)},
          {"indexes", std::move(indexes)},
          {"billingMode", table.billing_mode},
          {"createdAt", table.created_at ? OrderedJson(to_rfc3339(*table.created_at)) : OrderedJson(nullptr)},
          {"itemCount", table.item_count},
          {"sizeBytes", table.size_bytes},
          {"deletionProtected", table.deletion_protected}};
}

cli::Table to_table(const ddb::TableDescription& table)
{
  cli::Table out{.header = {},
                 .rows = {{"name", table.name},
                          {"arn", table.arn},
                          {"status", table.status},
                          {"key", ddb::to_string(table.key)},
                          {"billing mode", table.billing_mode},
                          {"created", table.created_at ? to_rfc3339(*table.created_at) : ""},
                          {"items (hours old)", std::to_string(table.item_count)},
                          {"bytes (hours old)", std::to_string(table.size_bytes)}}};
  for (const auto& index : table.indexes) {
    out.rows.push_back({fmt::format("{} index", index.is_local ? "local" : "global"),
                        fmt::format("{}: {}, projects {} {}", index.name, ddb::to_string(index.key), index.projection, index.status)});
  }
  return out;
}

}  // namespace

void add_describe(CLI::App& group, cli::Registry& registry)
{
  auto name = std::make_shared<std::string>();
  CLI::App& command = registry.add(group, "describe", describe_doc());
  command.add_option("NAME", *name, "Key of davit.yaml, or the name of any table")->type_name("NAME")->required();
  registry.bind(command, [name](cli::Context& context) -> Result<cli::Outcome> {
    DAVIT_TRY_ASSIGN(const auto target, find_target(context, *name));
    DAVIT_TRY_ASSIGN(auto client, make_client(context));
    DAVIT_TRY_ASSIGN(const auto table, describe(context, client, target));
    return cli::Outcome{.document = {.data = to_json(table), .table = to_table(table)}};
  });
}

}  // namespace davit::commands::table
