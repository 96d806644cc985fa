// SPDX-License-Identifier: Apache-2.0
#include "commands/item/select.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <memory>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/format/expression_text.hpp"
#include "aws/dynamodb/format/placeholders.hpp"
#include "aws/dynamodb/segmented_scan.hpp"
#include "commands/item/access.hpp"
#include "commands/item/query_condition.hpp"
#include "commands/item/selected_pages.hpp"

namespace davit::commands::item {
namespace {

namespace ddb = aws::dynamodb;
namespace format = aws::dynamodb::format;

cli::CommandDoc query_doc()
{
  return {
      .summary = "Print the items of one partition [API: Query]",
      .description =
          "KEY is the value of the partition key of the table or, with --index, of an index; a number as it is, a binary key in base64. All pages are read; --limit is the number "
          "of items to print, after the filter, and what follows them begins at the --start-key that is told then.\n\n"
          "In --filter and --projection, reserved words such as status and values such as 5 or \"text\" simply stand for themselves.",
      .examples = {
          {"davit item query orders u-1 --index user-index --env local", "The orders of one user"},
          {"davit item query events device-1 --begins-with 2026-11 --descending --limit 10", "The last ten of a month"},
          {"davit item query events device-1 --from 2026-11-01 --to 2026-11-15 --filter 'level = \"error\"'", "The errors of two weeks"},
          {"davit item query events device-1 --count", "How many there are"}}};
}

cli::CommandDoc scan_doc()
{
  return {
      .summary = "Print the items of a table [API: Scan]",
      .description =
          "Reads all pages, which costs the capacity of the whole table; --limit is the number of items to print, after the filter, and what follows them begins at the "
          "--start-key that is told then. With --segments several parts of the table are read at a time, and their items come mixed.\n\n"
          "In --filter and --projection, reserved words such as status and values such as 5 or \"text\" simply stand for themselves. CSV and DynamoDB's own JSON "
          "are written by `davit table export`, which takes the same filters.",
      .examples = {
          {"davit item scan products --env local -o table", "Every item"},
          {"davit item scan products --filter 'stock < 5 AND category = \"home\"' -o jsonl", "Those that a filter expression keeps"},
          {"davit item scan products --filter 'stock < :few' --values '{\":few\": 5}' -o jsonl", "The same in the API's own way"},
          {"davit item scan orders --segments 8 -o jsonl", "A large table, fast"}}};
}

struct SelectFlags {
  std::string table;
  std::string partition;
  SortFlags sort;
  std::string index;
  std::string filter;
  std::string projection;
  std::string start_key;
  bool consistent = false;
  bool descending = false;
  bool count = false;
  std::int64_t limit = 0;
  int segments = 1;
  ExpressionFlags expressions;
};

/// What names the place of an item in the table or the index.
Result<std::vector<std::string>> key_names(Access& access, const std::string& index)
{
  std::vector<std::string> out;
  for (const auto& name : index.empty() ? std::vector<std::string>{""} : std::vector<std::string>{index, ""}) {
    DAVIT_TRY_ASSIGN(const auto schema, key_schema(access, name));
    for (const auto& attribute : schema.attributes()) {
      if (std::find(out.begin(), out.end(), attribute.name) == out.end()) {
        out.push_back(attribute.name);
      }
    }
  }
  return out;
}

/// With a limit the key is read too, because what follows begins behind it; returned is what of it was not asked for.
Result<std::vector<std::string>> add_projection(Access& access, const SelectFlags& flags, ddb::Selection& selection)
{
  constexpr auto k_kind = format::ExpressionKind::projection;
  DAVIT_TRY_ASSIGN(selection.projection, format::expand_expression(flags.projection, k_kind, "--projection", selection.placeholders));
  std::vector<std::string> hidden;
  if (flags.limit == 0 || flags.projection.empty()) {
    return hidden;
  }
  const auto shown = format::projected_attributes(selection.projection, selection.placeholders);
  DAVIT_TRY_ASSIGN(const auto names, key_names(access, flags.index));
  for (const auto& name : names) {
    if (std::find(shown.begin(), shown.end(), name) == shown.end()) {
      hidden.push_back(name);
      DAVIT_TRY_ASSIGN(const std::string more,
                       format::expand_expression(fmt::format(", `{}`", name), k_kind, "--projection", selection.placeholders));
      selection.projection += more;
    }
  }
  return hidden;
}

/// Adds what query and scan share.
Result<Printing> apply(Access& access, const SelectFlags& flags, ddb::Selection& selection)
{
  if (flags.count && (flags.limit > 0 || !flags.projection.empty())) {
    return fail(usage_error("--count prints no items, so --limit and --projection mean nothing with it"));
  }
  selection.table = access.target.physical_name;
  selection.index = flags.index;
  selection.consistent = flags.consistent;
  selection.count_only = flags.count;
  DAVIT_TRY_ASSIGN(selection.placeholders, placeholders_of(flags.expressions));
  DAVIT_TRY_ASSIGN(selection.filter,
                   format::expand_expression(flags.filter, format::ExpressionKind::condition, "--filter", selection.placeholders));
  Printing printing{.limit = flags.limit, .only_count = flags.count};
  DAVIT_TRY_ASSIGN(printing.hidden, add_projection(access, flags, selection));
  printing.key_names = [&access, &flags] { return key_names(access, flags.index); };
  if (!flags.start_key.empty()) {
    DAVIT_TRY_ASSIGN(selection.start_key, parse_plain_item(flags.start_key, "--start-key"));
  }
  return printing;
}

/// One page after the other, until the limit or the end.
template <typename Request>
Status read_in_order(Access& access, const std::string& operation, Request request, SelectedPages& pages)
{
  const InterruptScope interrupt;
  do {
    request.limit = pages.wanted(!request.filter.empty());
    DAVIT_TRY_ASSIGN(const auto response, access.client.service().call({.operation = operation, .body = body_of(request)}));
    DAVIT_TRY_ASSIGN(ddb::Item last_key, pages.read(operation, response.body));
    if (!last_key.empty() && last_key == request.start_key) {
      return fail(failed_error("the service gives the same page again and again, so the end is never reached"));
    }
    DAVIT_TRY(pages.take());
    request.start_key = std::move(last_key);
  } while (!request.start_key.empty() && !pages.is_full());
  return {};
}

Status read_in_segments(Access& access, const ddb::ScanRequest& request, int segments, SelectedPages& pages)
{
  const InterruptScope interrupt;
  std::vector<ddb::ScanPosition> positions(static_cast<std::size_t>(segments));
  return scan_segments(access.client, request, positions, ddb::k_default_patience,
                       {.read = [&](const std::string& body) { return pages.read("Scan", body); }, .take = [&] { return pages.take(); }});
}

Result<cli::Outcome> run_query(cli::Context& context, const SelectFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  ddb::QueryRequest request;
  DAVIT_TRY_ASSIGN(auto printing, apply(access, flags, request));
  request.descending = flags.descending;
  DAVIT_TRY_ASSIGN(const auto schema, key_schema(access, flags.index));
  DAVIT_TRY(add_key_condition(schema, flags.partition, flags.sort, request));
  SelectedPages pages{context, std::move(printing)};
  DAVIT_TRY(read_in_order(access, "Query", request, pages));
  return pages.finish();
}

Result<cli::Outcome> run_scan(cli::Context& context, const SelectFlags& flags)
{
  if (flags.segments > 1 && (flags.limit > 0 || !flags.start_key.empty())) {
    return fail(usage_error("--segments reads the whole table, so --limit and --start-key mean nothing with it"));
  }
  DAVIT_TRY_ASSIGN(auto access, open_table(context, flags.table));
  ddb::ScanRequest request;
  DAVIT_TRY_ASSIGN(auto printing, apply(access, flags, request));
  SelectedPages pages{context, std::move(printing)};
  if (flags.segments > 1) {
    DAVIT_TRY(read_in_segments(access, request, flags.segments, pages));
  } else {
    DAVIT_TRY(read_in_order(access, "Scan", request, pages));
  }
  return pages.finish();
}

void add_selection_flags(CLI::App& command, SelectFlags& flags)
{
  command.add_option("--index", flags.index, "Read this index")->type_name("NAME");
  command.add_option("--filter", flags.filter, "Print only items for which this filter expression holds")->type_name("EXPRESSION");
  command.add_option("--projection", flags.projection, "Only these attributes: a projection expression")->type_name("EXPRESSION");
  command.add_flag("--consistent", flags.consistent, "A strongly consistent read, at twice the price; not of a global index");
  command.add_option("--limit", flags.limit, "Print at most so many items")->type_name("N")->check(CLI::PositiveNumber);
  command.add_option("--start-key", flags.start_key, "Begin behind this key, in plain JSON, as an earlier --limit told it")
      ->type_name("JSON");
  command.add_flag("--count", flags.count, "Print how many items there are instead of the items");
  add_expression_flags(command, flags.expressions);
}

}  // namespace

void add_query(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<SelectFlags>();
  CLI::App& command = registry.add(group, "query", query_doc());
  command.add_option("TABLE", flags->table, "Key of davit.yaml, or the name of any table")->type_name("TABLE")->required();
  command.add_option("KEY", flags->partition, "Value of the partition key")->type_name("KEY")->required();
  add_sort_flags(command, flags->sort);
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
  command.add_option("--segments", flags->segments, "Read so many parts of the table at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  registry.bind(command, [flags](cli::Context& context) { return explained(context, flags->table, run_scan(context, *flags)); });
}

}  // namespace davit::commands::item
