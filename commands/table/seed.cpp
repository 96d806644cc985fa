// SPDX-License-Identifier: Apache-2.0
#include "commands/table/seed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/interrupt.hpp"
#include "aws/core/time.hpp"
#include "commands/table/readiness.hpp"
#include "commands/table/rejects.hpp"
#include "commands/table/seed_journal.hpp"
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
  SeedRequest request;
  Rejects rejects;
  SeedResponse response = {};
  Judgement judgement = {};
  std::optional<SeedJournal> journal = std::nullopt;
};

/// Reads the files before anything is written.
Status judge(Run& run, const ProgressLine& progress)
{
  const SeedRequest& request = run.request;
  const auto start = SteadyClock::now();
  const auto tell = [&](std::int64_t read) -> Status {
    if (read % 1000 != 0) {
      return {};
    }
    if (interrupted() != 0) {
      return fail({.kind = ErrorKind::cancelled, .message = "interrupted before the first write"});
    }
    const double per_second = static_cast<double>(read) / std::max(0.001, seconds_since(start));
    progress(fmt::format("checking {}: {} items, {:.0f} a second", request.table, read, per_second));
    return {};
  };
  const auto reject = [&](const JudgedItem& item, const JudgedItems& items) -> Status {
    run.rejects.add(findings_of(item, items.name_of(item.file), false).front(), item.record);
    return {};
  };
  DAVIT_TRY_ASSIGN(run.judgement, judge_items(request.files, request.format, request.keys, tell, reject));
  run.response.read = run.judgement.read;
  for (const auto& file : run.judgement.cut_files) {
    run.response.notes.push_back(fmt::format("{} is one page of a longer scan; the items behind it are not in it", file));
  }
  return {};
}

std::string_view name_of(SeedMode mode)
{
  return mode == SeedMode::put ? "put" : mode == SeedMode::insert ? "insert" : "same";
}

JournalSubject subject_of(const Run& run, const aws::dynamodb::TableDescription& table)
{
  return {.table = table.arn.empty() ? run.request.physical_name : table.arn,
          .created = table.created_at ? to_rfc3339(*table.created_at) : "",
          .endpoint = run.request.endpoint,
          .mode = std::string(name_of(run.request.mode)),
          .files = run.judgement.identities,
          .items = run.judgement.read};
}

/// Where none can be kept, in a folder that is read-only, the seed goes without.
Status begin_journal(Run& run, const JournalSubject& subject)
{
  auto journal = SeedJournal::begin(run.request.journal_file, subject);
  if (journal) {
    run.journal = std::move(*journal);
  } else if (journal.error().kind == ErrorKind::failed) {
    run.response.notes.push_back(fmt::format("{}; --resume would have to read what the table has", journal.error().message));
  } else {
    return fail(std::move(journal).error());
  }
  return {};
}

/// Of a seed that resumes, the journal of the earlier one; without one it reads what is there, unless it inserts, which reads anyway.
Status open_journal(Run& run, const aws::dynamodb::TableDescription& table)
{
  SeedRequest& request = run.request;
  JournalSubject subject = subject_of(run, table);
  if (request.journal_file.empty() || (request.dry_run && !request.resume)) {
    return {};
  }
  if (request.resume) {
    DAVIT_TRY_ASSIGN(run.journal, SeedJournal::resume(request.journal_file, subject));
    if (run.journal) {
      request.mode = run.journal->mode() == "same" ? SeedMode::same : request.mode;
      return {};
    }
    run.response.notes.emplace_back("there is no journal of an earlier seed: what the table has is read first");
    request.mode = request.mode == SeedMode::put ? SeedMode::same : request.mode;
    subject.mode = name_of(request.mode);
  } else if (const auto left = SeedJournal::describe_left(request.journal_file)) {
    run.response.notes.push_back(*left);
  }
  return request.dry_run ? Status{} : begin_journal(run, subject);
}

/// A table that is there is ready and has the keys by which its items were judged.
Status check_table(Run& run, aws::dynamodb::Client& client, const ProgressLine& progress)
{
  const SeedRequest& request = run.request;
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
  if (!table->is_ready()) {
    DAVIT_TRY(wait_until(client, request.physical_name, Awaited::active, k_default_wait, progress));
  }
  return open_journal(run, *table);
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
  Error error = failed_error(fmt::format("seeding table '{}': {} of {} items were rejected{}", run.request.table, run.rejects.count(),
                                         run.response.read, consequence),
                             run.request.dry_run ? "`davit table check` lists all of them"
                                                 : fmt::format("the items and the reason for each are in {}", run.rejects.path().string()));
  error.diagnostics = diagnostics_of(run.rejects);
  return error;
}

/// What stopped the writing, how far it came, and how to go on.
Error stop_error(const Run& run, Error why)
{
  constexpr std::string_view k_go_on = "run it again with --resume, which goes on where it stopped";
  why.hint = why.hint.empty() ? std::string(k_go_on) : fmt::format("{}; then {}", why.hint, k_go_on);
  return std::move(why).wrap(
      fmt::format("seeding table '{}': {} of {} items were not written", run.request.table, run.response.remaining, run.response.read));
}

void finish(Run& run)
{
  SeedResponse& response = run.response;
  const std::int64_t accounted = response.written + response.same + response.rejected;
  const bool changed = !response.failure && !run.request.dry_run && accounted != response.read;
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
  if (response.remaining == 0 && run.journal && !run.request.dry_run) {
    if (auto removed = run.journal->remove(); !removed && !response.failure) {
      response.failure = std::move(removed).error();
    }
  }
}

/// "seeding products: 12000 of 50000 items, 4000 a second, 9 s left"
std::string progress_line(const SeedRequest& request, const SeedResponse& so_far, SteadyClock::time_point start)
{
  const std::int64_t done = so_far.written + so_far.same + so_far.rejected;
  const double per_second = static_cast<double>(done - so_far.resumed) / std::max(0.001, seconds_since(start));
  std::string line = fmt::format("seeding {}: {} of {} items, {:.0f} a second", request.table, done, so_far.read, per_second);
  if (per_second > 0) {
    line += fmt::format(", {:.0f} s left", static_cast<double>(so_far.read - done) / per_second);
  }
  if (so_far.limits.throttled > 0) {
    line += fmt::format(", throttled {} times", so_far.limits.throttled);
  }
  return line;
}

void write(Run& run, aws::dynamodb::Client& client, const ProgressLine& progress)
{
  const auto start = SteadyClock::now();
  JudgedItems items{run.request.files, run.request.format, run.request.keys};
  if (auto expected = items.expect(run.judgement.duplicates); !expected) {
    run.response.failure = std::move(expected).error();
    return finish(run);
  }
  SeedWriter writer{run.request, std::move(items), run.rejects, run.journal ? &*run.journal : nullptr,
                    [&](const SeedResponse& so_far) { progress(progress_line(run.request, so_far, start)); }};
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
        failed_error(fmt::format("seeding table '{}': not begun, because {}", run.request.table,
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
    Run run{.request = request,
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

Status write_tables(std::vector<Run>& runs, aws::dynamodb::Client& client, const ProgressLine& progress)
{
  for (auto& run : runs) {
    DAVIT_TRY(check_table(run, client, progress));
  }
  bool stopped = false;
  for (auto& run : runs) {
    const auto start = SteadyClock::now();
    stopped ? leave_unwritten(run, false) : write(run, client, progress);
    run.response.seconds += seconds_since(start);
    stopped |= run.response.remaining > 0 && !run.request.dry_run;
  }
  return {};
}

}  // namespace

Result<std::vector<SeedResponse>> seed(const std::vector<SeedRequest>& requests, aws::dynamodb::Client& client,
                                       const ProgressLine& progress)
{
  DAVIT_TRY_ASSIGN(auto runs, judge_all(requests, progress));
  const bool refused =
      std::any_of(runs.begin(), runs.end(), [](const Run& run) { return run.rejects.count() > 0 && !run.request.skip_invalid; });
  if (refused) {
    std::for_each(runs.begin(), runs.end(), [](Run& run) { leave_unwritten(run, true); });
  } else {
    DAVIT_TRY(write_tables(runs, client, progress));
  }
  std::vector<SeedResponse> responses;
  for (auto& run : runs) {
    save_rejects(run);
    responses.push_back(std::move(run.response));
  }
  return responses;
}

}  // namespace davit::commands::table
