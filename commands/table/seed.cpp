// SPDX-License-Identifier: Apache-2.0
#include "commands/table/seed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/interrupt.hpp"
#include "commands/table/readiness.hpp"
#include "commands/table/rejects.hpp"
#include "commands/table/seed_writer.hpp"

namespace davit::commands::table {
namespace {

using SteadyClock = std::chrono::steady_clock;
using ProgressLine = std::function<void(std::string_view)>;

double seconds_since(SteadyClock::time_point start)
{
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// One table on its way from judged files to a response.
struct Run {
  const SeedRequest* request;
  Rejects rejects;
  SeedResponse response = {};
};

/// Reads the files once, before anything is written.
Status judge(Run& run, const ProgressLine& progress)
{
  const SeedRequest& request = *run.request;
  JudgedItems items{request.files, request.format, request.keys};
  while (true) {
    DAVIT_TRY_ASSIGN(const auto item, items.next());
    if (!item) {
      run.response.cut_files = items.cut_files();
      return {};
    }
    if (interrupted() != 0) {
      return fail({.kind = ErrorKind::cancelled, .message = "interrupted before the first write"});
    }
    if (++run.response.read % 1000 == 0) {
      progress(fmt::format("checking {}: {} items", request.table, run.response.read));
    }
    if (!item->problems.empty()) {
      run.rejects.add(findings_of(*item, false).front(), item->record);
    }
  }
}

/// A table that is there is ready and has the keys by which its items were judged.
Status check_table(const SeedRequest& request, aws::dynamodb::Client& client, const ProgressLine& progress)
{
  const auto table = client.describe_table(request.physical_name);
  if (!table && table.error().kind == ErrorKind::not_found) {
    if (request.dry_run) {
      return {};
    }
    return fail(not_found_error(fmt::format("there is no table {}", request.physical_name),
                                fmt::format("make it by `davit table create {}`", request.table)));
  }
  DAVIT_TRY(table);
  if (table->key != request.keys.key) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("the key of table {} is {}, not {}", request.physical_name,
                                             aws::dynamodb::to_string(table->key), aws::dynamodb::to_string(request.keys.key)),
                      .hint = "davit.yaml and the table disagree: `davit table create --dry-run` shows all differences"});
  }
  return table->is_ready() ? Status{} : wait_until(client, request.physical_name, Awaited::active, k_default_wait, progress);
}

std::vector<Diagnostic> diagnostics_of(const Rejects& rejects)
{
  std::vector<Diagnostic> out;
  for (const auto& finding : rejects.first()) {
    out.push_back({.file = finding.file,
                   .line = static_cast<int>(finding.line),
                   .column = finding.column,
                   .message = fmt::format("{}: {}", finding.reason, finding.message)});
  }
  return out;
}

Error rejection_error(const Run& run, std::string_view consequence)
{
  Error error =
      failed_error(fmt::format("seeding table '{}': {} of {} items were rejected{}", run.request->table, run.rejects.count(),
                               run.response.read, consequence),
                   run.request->dry_run ? "`davit table check` lists all of them"
                                        : fmt::format("the items and the reason for each are in {}", run.rejects.path().string()));
  error.diagnostics = diagnostics_of(run.rejects);
  return error;
}

/// What stopped the writing, how far it came, and how to go on.
Error stop_error(const Run& run, Error why)
{
  constexpr std::string_view k_go_on = "run it again with --resume, which writes only what is missing";
  why.hint = why.hint.empty() ? std::string(k_go_on) : fmt::format("{}; then {}", why.hint, k_go_on);
  return std::move(why).wrap(
      fmt::format("seeding table '{}': {} of {} items were not written", run.request->table, run.response.remaining, run.response.read));
}

void finish(Run& run)
{
  SeedResponse& response = run.response;
  const std::int64_t accounted = response.written + response.same + response.rejected;
  const bool changed = !response.failure && !run.request->dry_run && accounted != response.read;
  response.read = std::max(response.read, accounted);
  response.remaining = response.read - accounted;
  if (response.failure && response.failure->kind == ErrorKind::cancelled && response.remaining == 0) {
    response.failure.reset();  // the interrupt came when there was nothing left to stop
  }
  if (response.failure) {
    response.failure = stop_error(run, std::move(*response.failure));
  } else if (changed) {
    response.failure = stop_error(run, failed_error("a file changed while it was read"));
  } else if (response.rejected > 0) {
    response.failure = rejection_error(run, "");
  }
}

void write(Run& run, aws::dynamodb::Client& client, const ProgressLine& progress)
{
  const SeedRequest& request = *run.request;
  SeedWriter writer{request, JudgedItems{request.files, request.format, request.keys}, run.rejects, [&](const SeedResponse& so_far) {
                      progress(fmt::format("seeding {}: {} of {} items", request.table, so_far.written + so_far.same, so_far.read));
                    }};
  writer.run(client, run.response);
  finish(run);
}

/// Nothing is written to this table, because of its own items or of another's.
void leave_unwritten(Run& run, bool refused)
{
  run.response.rejected = run.rejects.count();
  run.response.remaining = run.response.read - run.response.rejected;
  if (run.response.rejected > 0) {
    run.response.failure = rejection_error(run, "; nothing was written");
  } else if (run.response.remaining > 0) {
    run.response.failure =
        failed_error(fmt::format("seeding table '{}': not begun, because {}", run.request->table,
                                 refused ? "items of another table are refused" : "the table before it was not finished"));
  }
}

/// What happened to the items is told even where the rejected ones cannot be kept.
void save_rejects(Run& run)
{
  if (const auto saved = run.rejects.save(); !saved) {
    Error error = run.response.failure.value_or(saved.error());
    error.hint = fmt::format("{}; its items are told here alone", saved.error().message);
    run.response.failure = std::move(error);
  }
}

Result<std::vector<Run>> judge_all(const std::vector<SeedRequest>& requests, const ProgressLine& progress)
{
  const InterruptScope scope;
  std::vector<Run> runs;
  for (const auto& request : requests) {
    Run run{.request = &request,
            .rejects = Rejects{request.rejected_file, request.dry_run ? Rejects::Keep::count_alone : Rejects::Keep::items},
            .response = {.table = request.table, .physical_name = request.physical_name}};
    const auto start = SteadyClock::now();
    if (auto judged = judge(run, progress); !judged) {
      return fail(std::move(judged).error().wrap(fmt::format("seeding table '{}'", request.table)));
    }
    run.response.seconds = seconds_since(start);
    runs.push_back(std::move(run));
  }
  return runs;
}

Status write_all(std::vector<Run>& runs, aws::dynamodb::Client& client, const ProgressLine& progress)
{
  for (const auto& run : runs) {
    DAVIT_TRY(check_table(*run.request, client, progress));
  }
  bool stopped = false;
  for (auto& run : runs) {
    const auto start = SteadyClock::now();
    stopped ? leave_unwritten(run, false) : write(run, client, progress);
    run.response.seconds += seconds_since(start);
    stopped |= run.response.remaining > 0 && !run.request->dry_run;
  }
  return {};
}

}  // namespace

Result<std::vector<SeedResponse>> seed(const std::vector<SeedRequest>& requests, aws::dynamodb::Client& client,
                                       const ProgressLine& progress)
{
  DAVIT_TRY_ASSIGN(auto runs, judge_all(requests, progress));
  const bool refused =
      std::any_of(runs.begin(), runs.end(), [](const Run& run) { return run.rejects.count() > 0 && !run.request->skip_invalid; });
  if (refused) {
    std::for_each(runs.begin(), runs.end(), [](Run& run) { leave_unwritten(run, true); });
  } else {
    DAVIT_TRY(write_all(runs, client, progress));
  }
  std::vector<SeedResponse> responses;
  for (auto& run : runs) {
    save_rejects(run);
    responses.push_back(std::move(run.response));
  }
  return responses;
}

}  // namespace davit::commands::table
