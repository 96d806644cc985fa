// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "aws/core/time.hpp"
#include "aws/dynamodb/format/expression_text.hpp"
#include "cli/choice.hpp"
#include "cli/plan.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/copy.hpp"
#include "commands/table/copy_journal.hpp"
#include "commands/table/scan_pages.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc copy_doc()
{
  return {
      .summary = "Copy the items of a table into another one [API: Scan, BatchWriteItem]",
      .description =
          "Reads SOURCE consistently, several parts at a time, and writes into TARGET, which is there and has the same key: in the same account, or by --to-env, --to-profile, "
          "--to-region and --to-endpoint-url somewhere else; then TARGET may be left out, and has the same name. --mode put writes everything over what is there; insert "
          "writes only keys that are not there; same reads the target first and writes only what differs. No mode deletes anything: `table diff` shows what the target has "
          "more. A table that has items asks before put or same, or takes --yes.\n\n"
          "Every item is accounted for: read = written + same + rejected + remaining. What the target refuses is in the rejected file with its reason. A copy that was stopped or "
          "killed goes on with --resume from its journal: items of the last pages may be written twice, and none is left out. What others write into SOURCE meanwhile may "
          "be in the copy or not.",
      .examples = {{"davit table copy products products-backup --env dev", "Into another table"},
                   {"davit table copy products --env prod --to-env dev --mode same --dry-run", "The same table of another environment"},
                   {"davit table copy orders --env prod --to-env dev --filter 'day >= \"2026-11-01\"' --yes",
                    "Some of the items, without a question"},
                   {"davit table copy orders --env prod --to-env dev --resume --yes", "Go on where a copy was stopped"}},
      .changes = cli::Changes::something};
}

struct CopyFlags {
  std::string source;
  std::string target;
  PlaceFlags place;
  std::string mode = "put";
  std::string filter;
  bool resume = false;
  int concurrency = 8;
  PaceFlags pace;
  cli::ChangeFlags change;
};

CopyMode copy_mode_of(const std::string& name)
{
  return name == "insert" ? CopyMode::insert : name == "same" ? CopyMode::same : CopyMode::put;
}

Status check_pair(const TablePlace& source, const TablePlace& target)
{
  if (is_same_table(source, target)) {
    return fail(usage_error(fmt::format("source and target are both {}", shown(source.target)), "name another target, or --to-env"));
  }
  if (source.table.key == target.table.key) {
    return {};
  }
  return fail(Error{.kind = ErrorKind::conflict,
                    .message = fmt::format("the key of {} is {}, that of {} is {}", shown(source.target), ddb::to_string(source.table.key),
                                           shown(target.target), ddb::to_string(target.table.key)),
                    .hint = "make a target with the same key: `davit table describe SOURCE -o json | davit table create TARGET --from -`"});
}

std::string copy_file_name(const TablePlace& source, const TablePlace& target)
{
  std::string name = source.target.physical_name + "-to-" + target.target.physical_name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == ':'; }, '_');
  return name;
}

Result<CopyRequest> request_of(cli::Context& context, const CopyFlags& flags, const TablePlace& source, const TablePlace& target)
{
  // Each segment holds a page of up to a megabyte while it is written.
  constexpr int k_most_segments_by_size = 4;
  const std::string name = copy_file_name(source, target);
  CopyRequest out{.mode = copy_mode_of(flags.mode),
                  .filter = {},
                  .placeholders = {},
                  .concurrency = flags.concurrency,
                  .journal = context.state_directory() / "copies" / (name + ".json"),
                  .rejected_file = context.state_directory() / "rejected" / (name + ".jsonl")};
  DAVIT_TRY_ASSIGN(const ScanPace pace, pace_of(flags.pace, source.table.size_bytes));
  out.segments = flags.pace.segments > 0 ? flags.pace.segments : std::min(pace.segments, k_most_segments_by_size);
  out.patience = pace.patience;
  DAVIT_TRY_ASSIGN(out.filter,
                   ddb::format::expand_expression(flags.filter, ddb::format::ExpressionKind::condition, "--filter", out.placeholders));
  return out;
}

/// Where to begin: what a stopped copy left, or the start of every segment.
Result<CopyState> beginning_of(const CopyFlags& flags, const CopyRequest& request, const TablePlace& source, const TablePlace& target)
{
  CopyState fresh{.positions = std::vector<ddb::ScanPosition>(static_cast<std::size_t>(request.segments)), .counts = {}};
  if (!flags.resume) {
    std::error_code ignored;
    std::filesystem::remove(request.rejected_file, ignored);
    return fresh;
  }
  DAVIT_TRY_ASSIGN(auto left, load_copy(request.journal, subject_of(source, target, request)));
  return left ? std::move(*left) : std::move(fresh);
}

Result<bool> has_items(TablePlace& place)
{
  ddb::ScanRequest request;
  request.table = place.target.physical_name;
  request.limit = 1;
  DAVIT_TRY_ASSIGN(const ddb::Page page, place.client.scan(request));
  return page.count > 0 || !page.last_key.empty();
}

cli::Plan plan_of(const CopyFlags& flags, const TablePlace& source, const TablePlace& target, bool is_filled)
{
  const std::string which = flags.filter.empty() ? "all items" : "items for which " + flags.filter;
  const std::string over = !is_filled               ? "which is empty"
                           : flags.mode == "put"    ? "over what is there"
                           : flags.mode == "insert" ? "where their keys are not there"
                                                    : "where they differ from what is there";
  return {.steps = {{cli::PlanStep::Kind::run, "table " + target.target.physical_name,
                     fmt::format("write {} of table {} ({} when last counted), {}", which, source.target.physical_name,
                                 source.table.item_count, over)}}};
}

OrderedJson to_json(const TablePlace& source, const TablePlace& target, const CopyResponse& response)
{
  const auto& counts = response.counts;
  return {{"source", source.target.physical_name},
          {"target", target.target.physical_name},
          {"read", counts.read},
          {"written", counts.written},
          {"same", counts.same},
          {"rejected", counts.rejected},
          {"remaining", counts.remaining()},
          {"complete", !response.failure},
          {"seconds", std::round(response.seconds * 1000) / 1000},
          {"consumedReadCapacity", counts.read_capacity},
          {"consumedWriteCapacity", counts.write_capacity}};
}

std::optional<Error> failure_of(const CopyRequest& request, const CopyResponse& response)
{
  const auto& counts = response.counts;
  if (response.failure) {
    Error error = *response.failure;
    error.message =
        fmt::format("the copy is not complete: {} items read so far, {} written, {} the same, {} rejected, {} read and not written: {}",
                    counts.read, counts.written, counts.same, counts.rejected, counts.remaining(), error.message);
    error.hint = "go on where it stopped by the same command with --resume";
    return error;
  }
  return counts.rejected == 0 ? std::nullopt
                              : std::optional(failed_error(fmt::format("{} of {} items were rejected", counts.rejected, counts.read),
                                                           "the items and the reason for each are in " + request.rejected_file.string()));
}

Result<cli::Outcome> run(cli::Context& context, const CopyFlags& flags)
{
  if (flags.target.empty() && !flags.place.is_elsewhere()) {
    return fail(usage_error("nothing says where to copy to", "name a TARGET, or another environment by --to-env"));
  }
  DAVIT_TRY_ASSIGN(TablePlace source, open_place(context, flags.source, {}));
  DAVIT_TRY_ASSIGN(TablePlace target, open_place(context, flags.target.empty() ? flags.source : flags.target, flags.place));
  DAVIT_TRY(check_pair(source, target));
  DAVIT_TRY_ASSIGN(const CopyRequest request, request_of(context, flags, source, target));
  DAVIT_TRY_ASSIGN(const bool is_filled, has_items(target));
  const cli::Plan plan = plan_of(flags, source, target, is_filled);
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  const auto danger = is_filled && request.mode != CopyMode::insert ? cli::Danger::moderate : cli::Danger::mild;
  DAVIT_TRY(cli::confirm(context, plan, flags.change, danger, target.target.physical_name));
  DAVIT_TRY_ASSIGN(CopyState state, beginning_of(flags, request, source, target));
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const CopyResponse response = copy(source, target, request, std::move(state), [&](const CopyCounts& counts) {
    progress.update(fmt::format("copying {}: {} of {} items, {} written", source.target.name, counts.read - counts.remaining(),
                                std::max(source.table.item_count, counts.read), counts.written));
  });
  progress.clear();
  return cli::Outcome{.document = {.data = to_json(source, target, response)}, .failure = failure_of(request, response)};
}

}  // namespace

void add_copy(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<CopyFlags>();
  CLI::App& command = registry.add(group, "copy", copy_doc());
  command.add_option("SOURCE", flags->source, "Key of davit.yaml, or the name of any table")->type_name("SOURCE")->required();
  command.add_option("TARGET", flags->target, "The table to write into; of the same name where it is elsewhere")->type_name("TARGET");
  add_place_flags(command, flags->place, "to", "The target");
  command.add_option("--mode", flags->mode, "put (default), insert or same")
      ->type_name("MODE")
      ->check(cli::one_of({"put", "insert", "same"}));
  command.add_option("--filter", flags->filter, "Copy only items for which this filter expression holds")->type_name("EXPRESSION");
  command.add_flag("--resume", flags->resume, "Go on where a copy was stopped");
  command.add_option("--concurrency", flags->concurrency, "Batches under way at once (default: 8)")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  add_pace_flags(command, flags->pace);
  cli::add_change_flags(command, flags->change, cli::Danger::moderate);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
