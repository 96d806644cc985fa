// SPDX-License-Identifier: Apache-2.0
#include "commands/table/empty.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/format/expression_text.hpp"
#include "cli/plan.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/batch_writer.hpp"
#include "commands/table/paged_scan.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc empty_doc()
{
  return {
      .summary = "Delete the items of a table, and keep the table [API: Scan, BatchWriteItem]",
      .description =
          "Counts what there is to delete, asks for the table's name to be typed (or takes it by --confirm), and deletes item by item: indexes, time to live, tags, streams "
          "and backups of the table stay. --filter deletes only the items for which an expression holds. Counting costs the capacity of a scan, and deleting that of "
          "writing every item; of a large table that is to lose all of them, deleting and creating it anew costs nothing: `davit table describe -o json`, "
          "`davit table delete`, `davit table create --from`.\n\n"
          "It can be stopped at any moment: the same command again deletes what is left, and the report says how much that is.",
      .examples = {{"davit table empty products --env dev --dry-run", "Count what would be deleted"},
                   {"davit table empty products --env dev --confirm shop-dev-products", "Without a question"},
                   {"davit table empty sessions --filter 'expires < 1700000000' --env dev", "Only what has expired"}},
      .changes = cli::Changes::something};
}

struct EmptyFlags {
  std::string name;
  std::string filter;
  int concurrency = 8;
  PaceFlags pace;
  cli::ChangeFlags change;
};

ddb::ScanRequest scan_of(const EmptyRequest& request)
{
  ddb::ScanRequest out;
  out.table = request.table;
  out.consistent = true;
  out.filter = request.filter;
  out.placeholders = request.placeholders;
  return out;
}

/// Of each item its key alone.
ddb::ScanRequest key_scan_of(const EmptyRequest& request)
{
  ddb::ScanRequest out = scan_of(request);
  for (const auto& attribute : request.key.attributes()) {
    const std::string placeholder = fmt::format("#davit_key{}", out.placeholders.names.size());
    out.placeholders.names.emplace(placeholder, attribute.name);
    out.projection += (out.projection.empty() ? "" : ", ") + placeholder;
  }
  return out;
}

Result<EmptyRequest> request_of(const EmptyFlags& flags, const cli::config::TableTarget& target, const ddb::TableDescription& table)
{
  EmptyRequest out{
      .table = target.physical_name, .key = table.key, .filter = {}, .placeholders = {}, .concurrency = flags.concurrency, .pace = {}};
  DAVIT_TRY_ASSIGN(out.pace, pace_of(flags.pace, table.size_bytes));
  DAVIT_TRY_ASSIGN(out.filter,
                   ddb::format::expand_expression(flags.filter, ddb::format::ExpressionKind::condition, "--filter", out.placeholders));
  return out;
}

/// Page by page: the items of one are gone before the next is read.
Status delete_all(ddb::Client& client, const EmptyRequest& request, BatchWriter& writer, EmptyResponse& response)
{
  const InterruptScope interrupt;
  PagedScan pages{client, key_scan_of(request), request.pace.patience};
  while (true) {
    DAVIT_TRY_ASSIGN(const auto page, pages.next());
    if (!page) {
      return {};
    }
    response.consumed_capacity += page->consumed_capacity;
    auto item = page->items.begin();
    DAVIT_TRY(writer.run(client, [&]() -> Result<std::optional<BulkWrite>> {
      return item == page->items.end() ? std::nullopt : std::optional(delete_of(ddb::key_of(*item++, request.key), request.key));
    }));
  }
}

OrderedJson to_json(const cli::config::TableTarget& target, const EmptyResponse& response)
{
  return {{"table", target.name},
          {"physicalName", target.physical_name},
          {"counted", response.counted},
          {"deleted", response.deleted},
          {"remaining", response.remaining},
          {"seconds", std::round(response.seconds * 1000) / 1000},
          {"consumedCapacity", response.consumed_capacity}};
}

std::string plan_text(const EmptyFlags& flags, std::int64_t counted)
{
  return flags.filter.empty() ? fmt::format("all its {} items", counted) : fmt::format("the {} items for which {}", counted, flags.filter);
}

Error explain(Error error, const cli::config::TableTarget& target, const EmptyResponse& response)
{
  error.message = fmt::format("emptying table '{}': {} of {} items were deleted, {} remain: {}", target.name, response.deleted,
                              response.counted, response.remaining, error.message);
  error.hint = "run the same command again: it deletes what is left";
  return error;
}

Result<cli::Outcome> run(cli::Context& context, const EmptyFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(const auto table, describe(context, client, target));
  DAVIT_TRY_ASSIGN(const EmptyRequest request, request_of(flags, target, table));
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  DAVIT_TRY_ASSIGN(const std::int64_t counted, count_to_delete(client, request, [&](std::int64_t count) {
                     progress.update(fmt::format("counting {}: {}", target.name, count));
                   }));
  progress.clear();
  const auto kind = counted == 0 ? cli::PlanStep::Kind::skip : cli::PlanStep::Kind::remove;
  const cli::Plan plan{.steps = {{kind, "items of table " + target.physical_name, plan_text(flags, counted)}}};
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY(cli::confirm(context, plan, flags.change, cli::Danger::severe, target.physical_name));
  EmptyResponse response = empty(client, request, counted, [&](std::int64_t deleted) {
    progress.update(fmt::format("emptying {}: {} of {} items deleted", target.name, deleted, counted));
  });
  progress.clear();
  std::optional<Error> failure;
  if (response.failure) {
    failure = explain(*response.failure, target, response);
  }
  return cli::Outcome{.document = {.data = to_json(target, response)}, .failure = std::move(failure)};
}

}  // namespace

Result<std::int64_t> count_to_delete(ddb::Client& client, const EmptyRequest& request, const std::function<void(std::int64_t)>& progress)
{
  ddb::ScanRequest scan = scan_of(request);
  scan.count_only = true;
  const InterruptScope interrupt;
  std::int64_t count = 0;
  DAVIT_TRY(scan_pages(client, scan, request.pace, [&](const ddb::Page& page) -> Status {
    progress(count += page.count);
    return {};
  }));
  return count;
}

EmptyResponse empty(ddb::Client& client, const EmptyRequest& request, std::int64_t counted,
                    const std::function<void(std::int64_t)>& progress)
{
  const auto start = std::chrono::steady_clock::now();
  EmptyResponse response{.counted = counted, .deleted = 0, .remaining = counted};
  BatchWriter writer{{.table = request.table, .key = request.key, .concurrency = request.concurrency, .patience = request.pace.patience},
                     {.written = [&](std::span<const BulkWrite> writes, double units) -> Status {
                       response.deleted += static_cast<std::int64_t>(writes.size());
                       response.consumed_capacity += units;
                       progress(response.deleted);
                       return {};
                     }}};
  if (auto status = delete_all(client, request, writer, response); !status) {
    response.failure = std::move(status).error();
  }
  response.remaining = response.failure ? std::max<std::int64_t>(counted - response.deleted, 0) : 0;
  response.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return response;
}

void add_empty(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<EmptyFlags>();
  CLI::App& command = registry.add(group, "empty", empty_doc());
  command.add_option("NAME", flags->name, "Key of davit.yaml, or the name of any table")->type_name("NAME")->required();
  command.add_option("--filter", flags->filter, "Delete only items for which this filter expression holds")->type_name("EXPRESSION");
  command.add_option("--concurrency", flags->concurrency, "Batches under way at once (default: 8)")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  add_pace_flags(command, flags->pace);
  cli::add_change_flags(command, flags->change, cli::Danger::severe);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
