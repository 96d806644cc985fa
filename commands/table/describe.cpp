// SPDX-License-Identifier: Apache-2.0
#include "commands/table/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/core/time.hpp"
#include "commands/table/byte_text.hpp"
#include "commands/table/cost.hpp"
#include "commands/table/profile.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc describe_doc()
{
  return {
      .summary = "Show keys, indexes, settings, size and cost of a table [API: DescribeTable]",
      .description =
          "The numbers of items and bytes are those of the service, which are up to six hours old; `davit table count` counts. What the service or the "
          "identity's rights keep back (time to live, recovery and tags have operations of their own) is said to be unknown.\n\n"
          "The cost is an estimate from the present size and settings at the list prices of one region, whose date is shown: storage, provisioned capacity and "
          "point-in-time recovery a month, and what a million requests cost on demand. Free tier, reserved capacity, taxes, streams, backups, replicas and "
          "transfer are not in it.\n\n"
          "`davit table create --from` makes an equal table of the JSON.",
      .examples = {{"davit table describe products --env dev", "A table of davit.yaml"},
                   {"davit table describe shop-dev-products -o json > products.table.json", "All of it, for `davit table create --from`"}}};
}

std::string units_text(const ddb::Units& units, std::string_view what)
{
  const auto number = [](std::int64_t value) { return value < 0 ? std::string("unlimited") : std::to_string(value); };
  return fmt::format("{} read, {} write {}", number(units.read), number(units.write), what);
}

/// "provisioned 5 read, 5 write units a second; warm for ...", or nothing.
std::string throughput_text(const ddb::Throughput& throughput)
{
  std::vector<std::string> parts;
  if (throughput.provisioned) {
    parts.push_back("provisioned for " + units_text(*throughput.provisioned, "units a second"));
  }
  if (throughput.on_demand) {
    parts.push_back("limited to " + units_text(*throughput.on_demand, "units a second"));
  }
  if (throughput.warm) {
    parts.push_back("warm for " + units_text(*throughput.warm, "units a second"));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string size_text(std::int64_t items, std::int64_t bytes)
{
  const std::string average = items > 0 ? fmt::format(", {} an item", byte_text(bytes / items)) : "";
  return fmt::format("{} items, {}{} (up to six hours old)", items, byte_text(bytes), average);
}

void add_index_rows(cli::Table& out, const ddb::IndexDescription& index)
{
  const std::string others = index.non_key_attributes.empty() ? "" : fmt::format(" ({})", fmt::join(index.non_key_attributes, ", "));
  out.rows.push_back({fmt::format("{} index", index.is_local ? "local" : "global"),
                      fmt::format("{}: {}, projects {}{}{}{}", index.name, ddb::to_string(index.key), index.projection, others,
                                  index.status.empty() ? "" : ", " + index.status, index.is_backfilling ? ", backfilling" : "")});
  out.rows.push_back({"", size_text(index.item_count, index.size_bytes)});
  if (const std::string throughput = throughput_text(index.throughput); !throughput.empty()) {
    out.rows.push_back({"", throughput});
  }
}

std::string recovery_text(const ddb::PointInTimeRecovery& recovery)
{
  const std::string days = recovery.days ? fmt::format(", {} days", *recovery.days) : "";
  const std::string since = recovery.earliest ? ", back to " + to_rfc3339(*recovery.earliest) : "";
  return recovery.status + (recovery.is_on() ? days + since : "");
}

std::string time_to_live_text(const ddb::TimeToLive& time_to_live)
{
  return time_to_live.status + (time_to_live.attribute.empty() ? "" : ", by attribute " + time_to_live.attribute);
}

std::string tags_text(const ddb::Tags& tags)
{
  std::vector<std::string> out;
  for (const auto& [key, value] : tags) {
    out.push_back(fmt::format("{}={}", key, value));
  }
  return out.empty() ? "none" : fmt::format("{}", fmt::join(out, ", "));
}

std::string replicas_text(const ddb::TableDescription& table)
{
  std::vector<std::string> out;
  for (const auto& replica : table.replicas) {
    out.push_back(fmt::format("{} {}", replica.region, replica.status));
  }
  return out.empty() ? "none" : fmt::format("{}", fmt::join(out, ", "));
}

void add_settings_rows(cli::Table& out, const TableProfile& profile)
{
  const auto& table = profile.table;
  const std::string unknown = "unknown";
  out.rows.push_back({"time to live", profile.time_to_live ? time_to_live_text(*profile.time_to_live) : unknown});
  out.rows.push_back({"stream", table.stream_view_type.empty() ? "none" : table.stream_view_type});
  out.rows.push_back({"point-in-time recovery", profile.recovery ? recovery_text(*profile.recovery) : unknown});
  out.rows.push_back({"deletion protection", table.deletion_protected ? "on" : "off"});
  out.rows.push_back({"encryption", table.kms_key.empty() ? "by a key that the service owns" : "by KMS key " + table.kms_key});
  out.rows.push_back({"table class", table.table_class});
  out.rows.push_back({"replicas", replicas_text(table)});
  out.rows.push_back({"tags", profile.tags ? tags_text(*profile.tags) : unknown});
  for (const auto& untold : profile.untold) {
    out.rows.push_back({"unknown: " + untold.setting, untold.reason});
  }
}

void add_cost_rows(cli::Table& out, const CostEstimate& cost)
{
  std::string parts = fmt::format("storage {:.2f}", cost.storage);
  parts += cost.index_storage > 0 ? fmt::format(", indexes {:.2f}", cost.index_storage) : "";
  parts += cost.provisioned ? fmt::format(", capacity {:.2f}", *cost.provisioned) : "";
  parts += cost.recovery ? fmt::format(", recovery {:.2f}", *cost.recovery) : "";
  out.rows.push_back({"estimated cost", fmt::format("{:.2f} USD a month ({})", cost.total(), parts)});
  if (!cost.provisioned) {
    out.rows.push_back({"", fmt::format("and {} USD a million read units, {} USD a million write units", cost.prices.on_demand_reads,
                                        cost.prices.on_demand_writes)});
  }
  out.rows.push_back({"", fmt::format("at list prices of {} since {}{}", cost.region, cost.valid_from,
                                      cost.is_of_region ? "" : "; those of the table's own region are not known here")});
}

cli::Table to_table(const TableProfile& profile)
{
  const auto& table = profile.table;
  cli::Table out{.header = {},
                 .rows = {{"name", table.name},
                          {"arn", table.arn},
                          {"status", table.status},
                          {"created", table.created_at ? to_rfc3339(*table.created_at) : ""},
                          {"key", ddb::to_string(table.key)},
                          {"size", size_text(table.item_count, table.size_bytes)},
                          {"billing mode", table.billing_mode}}};
  if (const std::string throughput = throughput_text(table.throughput); !throughput.empty()) {
    out.rows.push_back({"", throughput});
  }
  for (const auto& index : table.indexes) {
    add_index_rows(out, index);
  }
  add_settings_rows(out, profile);
  add_cost_rows(out, estimate_cost(profile));
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
    DAVIT_TRY_ASSIGN(auto table, describe(context, client, target));
    DAVIT_TRY_ASSIGN(const auto profile, profile_of(client, std::move(table)));
    OrderedJson data = to_json(profile);
    data["costEstimate"] = to_json(estimate_cost(profile));
    return cli::Outcome{.document = {.data = std::move(data), .table = to_table(profile)}};
  });
}

}  // namespace davit::commands::table
