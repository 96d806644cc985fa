// SPDX-License-Identifier: Apache-2.0
#include "commands/table/count.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/core/interrupt.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/scan_pages.hpp"
#include "commands/table/scan_selection.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

cli::CommandDoc count_doc()
{
  return {
      .summary = "Count the items of a table exactly [API: Scan]",
      .description =
          "Reads the whole table (consistently, several segments at a time where it is large) and costs that much capacity. With --index it counts the items "
          "that the index has, with --filter those for which the expression holds; reading costs the same.",
      .examples = {
          {"davit table count products --env local", "How many items there are now"},
          {"davit table count products --index category-index -o json", "How many an index has, and the capacity that counting took"},
          {"davit table count orders --filter 'status = \"open\"'", "How many are open"}}};
}

struct CountFlags {
  std::string name;
  SelectionFlags selection;
  PaceFlags pace;
};

struct CountResponse {
  std::int64_t count = 0;
  double consumed_capacity = 0;
};

Result<cli::Outcome> run(cli::Context& context, const CountFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(auto table, describe(context, client, target));
  table.name = target.physical_name;
  DAVIT_TRY_ASSIGN(auto request, scan_request(flags.selection, table));
  request.count_only = true;
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const InterruptScope interrupt;
  CountResponse response;
  DAVIT_TRY_ASSIGN(const ScanPace pace, pace_of(flags.pace, table.size_bytes));
  DAVIT_TRY(scan_pages(client, request, pace, [&](const aws::dynamodb::Page& page) -> Status {
    response.count += page.count;
    response.consumed_capacity += page.consumed_capacity;
    progress.update(fmt::format("counting {}: {}", target.name, response.count));
    return {};
  }));
  return cli::Outcome{.document = {.data = {{"table", target.name},
                                            {"physicalName", target.physical_name},
                                            {"count", response.count},
                                            {"consumedCapacity", response.consumed_capacity}}}};
}

}  // namespace

void add_count(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<CountFlags>();
  CLI::App& command = registry.add(group, "count", count_doc());
  command.add_option("NAME", flags->name, "Key of davit.yaml, or the name of any table")->type_name("NAME")->required();
  add_selection_flags(command, flags->selection);
  add_pace_flags(command, flags->pace);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
