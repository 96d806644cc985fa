// SPDX-License-Identifier: Apache-2.0
#include "commands/item/entity_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/format/plain_json.hpp"

namespace davit::commands::item {
namespace {

/// "total N, note S|NULL (of 3)": each attribute with its types, and how many items have it where not all do.
std::string attributes_text(const EntitySummary& summary)
{
  std::vector<std::string> out;
  for (const auto& [name, types] : summary.attributes) {
    std::vector<std::string> names;
    std::int64_t items = 0;
    for (const auto& [type, count] : types) {
      names.push_back(type);
      items += count;
    }
    out.push_back(fmt::format("{} {}{}", name, fmt::join(names, "|"), items == summary.items ? "" : fmt::format(" (of {})", items)));
  }
  if (summary.has_more_attributes) {
    out.emplace_back("...");
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

/// Keys are texts here: a JSON library would round a number of 38 digits.
OrderedJson to_json(const std::string& entity, const EntitySummary& summary)
{
  OrderedJson attributes = OrderedJson::object();
  for (const auto& [name, types] : summary.attributes) {
    attributes[name] = types;
  }
  return {{"entity", entity.empty() ? OrderedJson(nullptr) : OrderedJson(entity)},
          {"pattern", summary.pattern.empty() ? OrderedJson(nullptr) : OrderedJson(summary.pattern)},
          {"items", summary.items},
          {"bytes", summary.bytes},
          {"sizeBytes", {{"p50", summary.sizes.percentile(0.5)}, {"p99", summary.sizes.percentile(0.99)}, {"max", summary.sizes.max()}}},
          {"attributes", std::move(attributes)},
          {"hasMoreAttributes", summary.has_more_attributes},
          {"exampleKey", aws::dynamodb::format::to_plain_json(summary.example_key)}};
}

std::vector<std::string> row_of(const std::string& entity, const EntitySummary& summary)
{
  return {entity,
          summary.pattern,
          std::to_string(summary.items),
          std::to_string(summary.bytes),
          std::to_string(summary.sizes.percentile(0.5)),
          std::to_string(summary.sizes.percentile(0.99)),
          std::to_string(summary.sizes.max()),
          aws::dynamodb::format::to_plain_json(summary.example_key),
          attributes_text(summary)};
}

}  // namespace

Result<cli::Outcome> outcome_of(cli::Context&, const cli::config::TableTarget& target, const EntityCensus& census)
{
  cli::Document document{
      .data = {{"table", target.name}, {"physicalName", target.physical_name}, {"items", census.items()}, {"guessed", census.is_guessed()}},
      .table = cli::Table{.header = {"ENTITY", "PATTERN", "ITEMS", "BYTES", "P50", "P99", "MAX", "EXAMPLE", "ATTRIBUTES"}, .rows = {}},
      .list_member = "entities"};
  document.data["entities"] = OrderedJson::array();
  for (const auto& [entity, summary] : census.entities()) {
    document.data["entities"].push_back(to_json(census.is_guessed() ? "" : entity, summary));
    document.table->rows.push_back(row_of(census.is_guessed() ? "?" : entity, summary));
  }
  document.data["unmatched"] = nullptr;
  if (census.unmatched().items > 0) {
    OrderedJson unmatched = to_json("", census.unmatched());
    unmatched["exampleKeys"] = OrderedJson::array();
    for (const auto& key : census.unmatched_keys()) {
      unmatched["exampleKeys"].push_back(aws::dynamodb::format::to_plain_json(key));
    }
    document.data["unmatched"] = std::move(unmatched);
    document.table->rows.push_back(row_of("(no pattern)", census.unmatched()));
  }
  return cli::Outcome{.document = std::move(document)};
}

}  // namespace davit::commands::item
