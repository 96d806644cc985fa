// SPDX-License-Identifier: Apache-2.0
#include "commands/item/select.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc query_doc()
{
  return {
      .summary = "Print the items of one partition [API: Query]",
      .description =
          "KEY is the value of the partition key of the table or, with --index, of an index. All pages are read; --limit is the number of items to print, after "
          "the filter.",
      .examples = {{"davit item query orders u-1 --index user-index --env local", "The orders of one user"},
                   {"davit item query events device-1 --begins-with 2026-11 --descending --limit 10", "The last ten of a month"}}};
}

cli::CommandDoc scan_doc()
{
  return {.summary = "Print the items of a table [API: Scan]",
          .description =
              "Reads all pages, which costs the capacity of the whole table; --limit is the number of items to print, after the filter.",
          .examples = {{"davit item scan products --env local -o table", "Every item"},
                       {"davit item scan products --filter 'stock < :few' --values '{\":few\": 5}' -o jsonl",
                        "Those that a filter expression keeps"}}};
}

struct SelectFlags {
  std::string table;
  std::string partition;
  std::string sort;
  std::string begins_with;
  std::string index;
  std::string filter;
  std::string projection;
  bool consistent = false;
  bool descending = false;
  std::int64_t limit = 0;
  ExpressionFlags expressions;
};

void apply(const SelectFlags& flags, ddb::Selection& selection)
{
  selection.index = flags.index;
  selection.filter = flags.filter;
  selection.projection = flags.projection;
  selection.consistent = flags.consistent;
}

/// What the pages gave, cut at the limit.
struct Selected {
  std::int64_t count = 0;
  std::int64_t scanned = 0;
  double consumed_capacity = 0;
};

/// `wanted` is how many items are worth evaluating: nothing where a filter may drop any number of them.
using FetchPage = std::function<Result<ddb::Page>(const ddb::Item& start_key, std::optional<int> wanted)>;
using TakeItem = std::function<Status(ddb::Item)>;

/// Reading a megabyte to print one item costs 128 units instead of one.
std::optional<int> wanted(const SelectFlags& flags, std::int64_t so_far)
{
  constexpr std::int64_t k_most = 1'000'000;
  return flags.limit > 0 && flags.filter.empty() ? std::optional(static_cast<int>(std::min(flags.limit - so_far, k_most))) : std::nullopt;
}

Result<Selected> read_pages(const SelectFlags& flags, const FetchPage& fetch, const TakeItem& take)
{
  const InterruptScope interrupt;
  Selected out;
  ddb::Item start_key;
  do {
    DAVIT_TRY_ASSIGN(ddb::Page page, fetch(start_key, wanted(flags, out.count)));
    if (!start_key.empty() && page.last_key == start_key) {
      return fail(failed_error("the service gives the same page again and again, so the end is never reached"));
    }
    out.scanned += page.scanned;
    out.consumed_capacity += page.consumed_capacity;
    for (auto& item : page.items) {
      if (flags.limit > 0 && out.count == flags.limit) {
        return out;
      }
      ++out.count;
      DAVIT_TRY(take(std::move(item)));
    }
    start_key = std::move(page.last_key);
  } while (!start_key.empty() && (flags.limit == 0 || out.count < flags.limit));
  return out;
}

cli::Table to_table(const std::vector<ddb::Item>& items)
{
  std::set<std::string> names;
  for (const auto& item : items) {
    for (const auto& [name, value] : item) {
      names.insert(name);
    }
  }
  cli::Table table{.header = {names.begin(), names.end()}, .rows = {}};
  for (const auto& item : items) {
    auto& row = table.rows.emplace_back();
    for (const auto& name : names) {
      const auto found = item.find(name);
      row.push_back(found == item.end() ? "" : cell_of(found->second));
    }
  }
  return table;
}

Result<cli::Outcome> print_table(const SelectFlags& flags, const FetchPage& fetch)
{
  std::vector<ddb::Item> items;
  DAVIT_TRY(read_pages(flags, fetch, [&](ddb::Item item) -> Status {
    items.push_back(std::move(item));
    return {};
  }));
  return cli::Outcome{.document = {.data = OrderedJson::object(), .table = to_table(items)}};
}

/// One document, which is YAML too. A JSON library would round the numbers.
Status print_document(cli::OutStream& out, const SelectFlags& flags, const FetchPage& fetch)
{
  constexpr std::string_view k_opening = "{\n  \"items\": [";
  std::string before_item = std::string(k_opening) + "\n    ";
  DAVIT_TRY_ASSIGN(const Selected selected, read_pages(flags, fetch, [&](const ddb::Item& item) {
                     return out.write(std::exchange(before_item, ",\n    ") + ddb::format::to_plain_json(item));
                   }));
  DAVIT_TRY(out.write(selected.count == 0 ? k_opening : "\n  "));
  return out.write(fmt::format("],\n  \"count\": {},\n  \"scanned\": {},\n  \"consumedCapacity\": {}\n}}\n", selected.count,
                               selected.scanned, selected.consumed_capacity));
}

/// JSON leaves as its pages come, whatever the number of items; a table needs all of them first.
Result<cli::Outcome> print(cli::Context& context, const SelectFlags& flags, const FetchPage& fetch)
{
  auto& out = context.streams().out;
  switch (format_of(context)) {
    case cli::Format::table:
    case cli::Format::tsv:
      return print_table(flags, fetch);
    case cli::Format::jsonl:
      DAVIT_TRY(read_pages(flags, fetch, [&](const ddb::Item& item) { return out.write(ddb::format::to_plain_json(item) + "\n"); }));
      return cli::Outcome{};
    default:
      DAVIT_TRY(print_document(out, flags, fetch));
      return cli::Outcome{};
  }
}

Result<ddb::QueryRequest> query_request(Access& access, const SelectFlags& flags)
{
  ddb::QueryRequest request;
  request.table = access.target.physical_name;
  apply(flags, request);
  request.descending = flags.descending;
  DAVIT_TRY_ASSIGN(request.placeholders, placeholders_of(flags.expressions));
  DAVIT_TRY_ASSIGN(const auto schema, key_schema(access, flags.index));
  request.key_condition = "#davit_pk = :davit_pk";
  request.placeholders.names["#davit_pk"] = schema.partition.front().name;
  DAVIT_TRY_ASSIGN(request.placeholders.values[":davit_pk"], key_value(schema.partition.front(), flags.partition));
  if (flags.sort.empty() && flags.begins_with.empty()) {
    return request;
  }
  if (schema.sort.empty() || (!flags.sort.empty() && !flags.begins_with.empty())) {
    return fail(usage_error(schema.sort.empty() ? "this key has no sort attribute" : "a sort key and --begins-with exclude each other"));
  }
  request.key_condition += flags.sort.empty() ? " AND begins_with(#davit_sk, :davit_sk)" : " AND #davit_sk = :davit_sk";
  request.placeholders.names["#davit_sk"] = schema.sort.front().name;
  DAVIT_TRY_ASSIGN(request.placeholders.values[":davit_sk"],
                   key_value(schema.sort.front(), flags.sort.empty() ? flags.begins_with : flags.sort));
  return request;
}

Result<cli::Outcome> run_query(cli::Context& context, const SelectFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  DAVIT_TRY_ASSIGN(auto request, query_request(access, flags));
  return print(context, flags, [&](const ddb::Item& start_key, std::optional<int> wanted) {
    request.start_key = start_key;
    request.limit = wanted;
    return access.client.query(request);
  });
}

Result<cli::Outcome> run_scan(cli::Context& context, const SelectFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  ddb::ScanRequest request;
  request.table = access.target.physical_name;
  apply(flags, request);
  DAVIT_TRY_ASSIGN(request.placeholders, placeholders_of(flags.expressions));
  return print(context, flags, [&](const ddb::Item& start_key, std::optional<int> wanted) {
    request.start_key = start_key;
    request.limit = wanted;
    return access.client.scan(request);
  });
}

void add_selection_flags(CLI::App& command, SelectFlags& flags)
{
  command.add_option("--index", flags.index, "Read this index")->type_name("NAME");
  command.add_option("--filter", flags.filter, "Print only items for which this filter expression holds")->type_name("EXPRESSION");
  command.add_option("--projection", flags.projection, "Only these attributes: a projection expression")->type_name("EXPRESSION");
  command.add_flag("--consistent", flags.consistent, "A strongly consistent read, at twice the price; not of a global index");
  command.add_option("--limit", flags.limit, "Print at most so many items")->type_name("N")->check(CLI::PositiveNumber);
  add_expression_flags(command, flags.expressions);
}

}  // namespace

void add_query(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<SelectFlags>();
  CLI::App& command = registry.add(group, "query", query_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  command.add_option("KEY", flags->partition, "Value of the partition key")->type_name("KEY")->required();
  command.add_option("SORT", flags->sort, "Value of the sort key")->type_name("SORT");
  command.add_option("--begins-with", flags->begins_with, "Only items whose sort key begins so")->type_name("PREFIX");
  command.add_flag("--descending", flags->descending, "From the highest sort key to the lowest");
  add_selection_flags(command, *flags);
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run_query(context, *flags)); });
}

void add_scan(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<SelectFlags>();
  CLI::App& command = registry.add(group, "scan", scan_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  add_selection_flags(command, *flags);
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run_scan(context, *flags)); });
}

}  // namespace davit::commands::item
