// SPDX-License-Identifier: Apache-2.0
#include "commands/item/tree.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/segmented_scan.hpp"
#include "cli/term/progress.hpp"
#include "commands/item/access.hpp"
#include "commands/item/collection.hpp"
#include "commands/item/entity_output.hpp"

namespace davit::commands::item {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc tree_doc()
{
  return {
      .summary = "Show the entities of a single-table design, or one item collection as a hierarchy [API: Scan, Query]",
      .description =
          "Without PARTITION it reads the whole table, which costs that capacity, and shows for each entity: items, bytes, sizes (p50 and p99 to some nine per cent), the "
          "attributes with their types, and one key. What fits no pattern is counted and named. Memory does not grow with the table.\n\n"
          "With PARTITION it prints the items of that partition key in their order, each below the one whose sort key is the beginning of its own: ORDER#7#ITEM#1 "
          "below ORDER#7.\n\n"
          "Entities are those of `patterns` in davit.yaml, or of --pattern. ORDER#* is looked for in the sort key and then in the partition key, USER#* / ORDER#* in "
          "both; * is any text. Without any, keys are told apart by what stands before their first # | : or /.",
      .examples = {
          {"davit item tree app --env local", "Every entity of the table"},
          {"davit item tree app 'USER#u-1' --env local", "One item collection"},
          {"davit item tree app --pattern 'order=USER#* / ORDER#*' --pattern 'user=USER#* / PROFILE' -o json", "Patterns of your own"}}};
}

struct TreeFlags {
  std::string table;
  std::string partition;
  std::vector<std::string> patterns;
  int segments = 1;
};

Result<EntityPatterns> patterns_of(const TreeFlags& flags, const Access& access)
{
  std::map<std::string, std::string> patterns;
  if (access.target.table != nullptr && flags.patterns.empty()) {
    patterns = access.target.table->patterns;
  }
  for (const auto& text : flags.patterns) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(usage_error(fmt::format("--pattern '{}' has no name", text), "as in --pattern 'order=ORDER#*'"));
    }
    patterns.insert_or_assign(text.substr(0, equals), text.substr(equals + 1));
  }
  return EntityPatterns::make(patterns);
}

Status read_table(cli::Context& context, Access& access, const TreeFlags& flags, EntityCensus& census)
{
  ddb::ScanRequest request;
  request.table = access.target.physical_name;
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const InterruptScope interrupt;
  ddb::Page page;
  std::vector<ddb::ScanPosition> positions(static_cast<std::size_t>(flags.segments));
  const auto read = [&](const std::string& body) -> Result<ddb::Item> {
    DAVIT_TRY_ASSIGN(const Json json, ddb::answer_of("Scan", body));
    DAVIT_TRY_ASSIGN(page, ddb::page_from_json(json));
    return page.last_key;
  };
  const auto take = [&]() -> Status {
    for (const auto& item : page.items) {
      census.add(item);
    }
    progress.update(fmt::format("reading {}: {} items", access.target.name, census.items()));
    return {};
  };
  return ddb::scan_segments(access.client, request, positions, ddb::k_default_patience, {.read = read, .take = take});
}

Result<cli::Outcome> run(cli::Context& context, const TreeFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  DAVIT_TRY_ASSIGN(auto patterns, patterns_of(flags, access));
  DAVIT_TRY_ASSIGN(const auto schema, key_schema(access));
  if (!flags.partition.empty()) {
    DAVIT_TRY_ASSIGN(const auto partition, key_value(schema.partition.front(), flags.partition));
    return print_collection(context, access, {.schema = schema, .partition = partition, .patterns = std::move(patterns)});
  }
  EntityCensus census{std::move(patterns), schema};
  DAVIT_TRY(read_table(context, access, flags, census));
  return outcome_of(context, access.target, census);
}

}  // namespace

void add_tree(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<TreeFlags>();
  CLI::App& command = registry.add(group, "tree", tree_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  command.add_option("PARTITION", flags->partition, "Value of a partition key: show its items alone")->type_name("KEY");
  command.add_option("--pattern", flags->patterns, "An entity and its key pattern, instead of those of davit.yaml; repeatable")
      ->type_name("NAME=PATTERN")
      ->allow_extra_args(false);
  command.add_option("--segments", flags->segments, "Read so many parts of the table at a time (default: 1)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run(context, *flags)); });
}

}  // namespace davit::commands::item
