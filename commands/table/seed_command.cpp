// SPDX-License-Identifier: Apache-2.0
// The command line of `davit table seed`; the work is in seed.cpp.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "aws/core/time.hpp"
#include "cli/choice.hpp"
#include "cli/config/load.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/plan.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/check.hpp"
#include "commands/table/definition.hpp"
#include "commands/table/import.hpp"
#include "commands/table/seed.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

namespace format = aws::dynamodb::format;
using cli::config::TableTarget;

cli::CommandDoc seed_command_doc()
{
  return {
      .summary = "Fill tables from files [API: BatchWriteItem]",
      .description =
          "Without NAME every table of davit.yaml that has seed files; with NAME and no FILE its seed files. All items are judged first, as `davit table check` does, "
          "and nothing is written when any is refused (unless --skip-invalid). Every item is accounted for: read = written + same + rejected + remaining. "
          "The rejected ones, with the reason for each, are in .davit/rejected/NAME.jsonl: a reason of `davit table check`, `exists` where an insert met another "
          "item, or `service` with what the service said.\n\n"
          "What the table leaves unprocessed, throttling, broken connections and damaged answers are waited out; when nothing could be written for --timeout, the "
          "seed ends with exit code 6 and says how much remains. The rate follows the table: it slows down when the table throttles, and items of a hot partition key "
          "wait aside while the others go on. `throttled` counts the batches that were throttled, `limitedBy` says what bound the seed: rate, table, key (a hot one), account, or null.\n\n"
          "An interrupt lets the batches under way finish. Whatever stopped a seed, kill -9 included, the same command with --resume goes on: .davit/journal/ says "
          "which items were acknowledged, and none of them is sent again. They count as `written`; `resumed` says how many of the written they are. A journal is of "
          "use to the same files, table and mode alone, and goes away when the seed is complete. Without one, --resume reads what is there and writes what "
          "differs. An insert that may have been sent before the end is looked up, and counts as written when the table has that item.\n\n"
          "--mode put writes everything over what is there; insert writes only keys that are not there; same reads first and writes only what differs, so that a "
          "second run writes nothing. A {\"$password\": \"text\"} is stored as a scrypt hash with a new salt each time it is written; --mode same leaves a hash of the same "
          "text alone.\n\n"
          "--from s3://BUCKET/PREFIX has the service make the table of davit.yaml and fill it itself (API: ImportTable), which is the way for what outgrows one machine: objects "
          "of DynamoDB JSON, CSV or Ion, plain or compressed by gzip or zstd, told by the ends of their keys (of CSV everything but the keys becomes a string). davit follows the import to its end; an interrupt ends only "
          "the following, and --resume takes it up again.",
      .examples = {{"davit table seed --env local", "Every table of davit.yaml"},
                   {"davit table seed products data/more.csv --env dev --mode same", "A file of your own, only what differs"},
                   {"davit table seed users --env dev --dry-run", "Judge, and say what would be written"},
                   {"davit table seed events part1.jsonl.gz part2.jsonl.gz --env dev --rate 500",
                    "Compressed files, no faster than 500 write units a second"},
                   {"davit table seed events part1.jsonl.gz part2.jsonl.gz --env dev --resume", "Go on where that was killed"},
                   {"generate | davit table seed products - --env dev", "From another program"},
                   {"davit table seed events --from s3://exports/AWSDynamoDB/01700000000000-abcdef12/data/ --env dev",
                    "A new table from an export in S3"}},
      .changes = cli::Changes::something};
}

struct SeedFlags {
  std::string name;
  std::vector<std::string> files;
  std::string from;
  std::string mode = "put";
  bool resume = false;
  std::string format;
  bool skip_invalid = false;
  int concurrency = 8;
  std::string timeout = "1m";
  double rate = 0;
  cli::ChangeFlags change;
};

SeedMode mode_of(const SeedFlags& flags)
{
  return flags.mode == "insert" ? SeedMode::insert : flags.mode == "same" ? SeedMode::same : SeedMode::put;
}

/// The seed files of davit.yaml, which start at its folder.
std::vector<ItemFile> files_of_project(const cli::config::Project& project, const cli::config::Table& table)
{
  std::vector<ItemFile> out;
  for (const auto& file : table.seed) {
    const auto path = project.directory / file;
    out.push_back({.path = path, .name = cli::config::display_path(path)});
  }
  return out;
}

/// A table may be named by its ARN.
std::string file_name_of(std::string table, std::string_view extension)
{
  std::replace(table.begin(), table.end(), '/', '_');
  return table + std::string(extension);
}

/// Keys as davit.yaml has them, so that judging needs no network; of another table as it is.
Result<format::TableKeys> keys_of_target(cli::Context& context, const TableTarget& target)
{
  if (target.table != nullptr) {
    return keys_of(*target.table);
  }
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(const auto table, describe(context, client, target));
  return keys_of(table);
}

Result<SeedRequest> request_for(cli::Context& context, const SeedFlags& flags, const TableTarget& target)
{
  SeedRequest request{.table = target.name,
                      .physical_name = target.physical_name,
                      .mode = mode_of(flags),
                      .skip_invalid = flags.skip_invalid,
                      .dry_run = flags.change.dry_run,
                      .concurrency = flags.concurrency,
                      .resume = flags.resume,
                      .journal_file = context.state_directory() / "journal" / file_name_of(target.physical_name, ".journal"),
                      .rejected_file = context.state_directory() / "rejected" / file_name_of(target.name, ".jsonl")};
  request.rate = flags.rate > 0 ? std::optional(flags.rate) : std::nullopt;
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const auto endpoint, session->endpoint("dynamodb"));
  // A server of this machine has another port each time; its tables say by their age which one it is.
  request.endpoint = endpoint.url.is_loopback() ? "loopback" : endpoint.url.to_string();
  DAVIT_TRY_ASSIGN(request.patience, parse_duration(flags.timeout));
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  if (!flags.format.empty()) {
    DAVIT_TRY_ASSIGN(request.format, format::parse_file_format(flags.format));
  }
  if (!flags.files.empty()) {
    DAVIT_TRY_ASSIGN(request.files, item_files(context, flags.files));
  } else if (project != nullptr && target.table != nullptr) {
    request.files = files_of_project(*project, *target.table);
  }
  DAVIT_TRY_ASSIGN(request.keys, keys_of_target(context, target));
  return request;
}

Result<std::vector<SeedRequest>> requests_of(cli::Context& context, const SeedFlags& flags)
{
  std::vector<SeedRequest> out;
  if (!flags.name.empty()) {
    DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
    DAVIT_TRY_ASSIGN(SeedRequest request, request_for(context, flags, target));
    if (request.files.empty()) {
      return fail(usage_error(fmt::format("table '{}' has no seed files in davit.yaml{}", flags.name,
                                          context.globals().environment.empty() ? "" : " for this environment"),
                              "name a FILE"));
    }
    out.push_back(std::move(request));
    return out;
  }
  DAVIT_TRY_ASSIGN(const auto targets, find_targets(context, {}));
  for (const auto& target : targets) {
    DAVIT_TRY_ASSIGN(SeedRequest request, request_for(context, flags, target));
    if (!request.files.empty()) {
      out.push_back(std::move(request));
    }
  }
  return out;
}

cli::Plan plan_of(const std::vector<SeedRequest>& requests, const std::vector<SeedResponse>& responses)
{
  cli::Plan plan;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const auto& response = responses[i];
    std::string files;
    for (const auto& file : requests[i].files) {
      files += (files.empty() ? "" : ", ") + file.name;
    }
    const std::string target = "table " + response.physical_name;
    const auto kind = response.remaining == 0 || response.failure ? cli::PlanStep::Kind::skip : cli::PlanStep::Kind::run;
    plan.steps.push_back({kind, target,
                          fmt::format("write {} of {} items of {} ({} the same, {} rejected)", response.failure ? 0 : response.remaining,
                                      response.read, files, response.same, response.rejected)});
  }
  return plan;
}

cli::Document document_of(const std::vector<SeedResponse>& responses, bool is_one)
{
  cli::Document document{
      .data = {{"tables", OrderedJson::array()}},
      .table = cli::Table{.header = {"TABLE", "READ", "WRITTEN", "SAME", "REJECTED", "REMAINING", "SECONDS"}, .rows = {}},
      .list_member = "tables"};
  for (const auto& response : responses) {
    document.data["tables"].push_back(to_json(response));
    document.table->rows.push_back({response.table, std::to_string(response.read), std::to_string(response.written),
                                    std::to_string(response.same), std::to_string(response.rejected), std::to_string(response.remaining),
                                    fmt::format("{:.2f}", response.seconds)});
  }
  if (is_one) {
    document.data = to_json(responses.front());
  }
  return document;
}

/// The failure whose exit code says most: 70, 130, 2, 4, 6, 5, 3, 1.
int rank(ErrorKind kind)
{
  constexpr std::array k_order{ErrorKind::bug,         ErrorKind::cancelled, ErrorKind::usage,     ErrorKind::credentials,
                               ErrorKind::unavailable, ErrorKind::conflict,  ErrorKind::not_found, ErrorKind::failed};
  return static_cast<int>(std::find(k_order.begin(), k_order.end(), kind) - k_order.begin());
}

std::optional<Error> worst_of(const std::vector<SeedResponse>& responses)
{
  std::optional<Error> worst;
  for (const auto& response : responses) {
    if (response.failure && (!worst || rank(response.failure->kind) < rank(worst->kind))) {
      worst = response.failure;
    }
  }
  return worst;
}

Result<cli::Outcome> run_from_s3(cli::Context& context, const SeedFlags& flags)
{
  if (!flags.files.empty() || flags.mode != "put" || flags.skip_invalid) {
    return fail(usage_error("--from goes with neither FILE, --mode nor --skip-invalid", "the service itself reads and writes the items"));
  }
  return run_import(
      context, {.name = flags.name, .from = flags.from, .format = flags.format, .resume = flags.resume, .dry_run = flags.change.dry_run});
}

Result<cli::Outcome> run(cli::Context& context, const SeedFlags& flags)
{
  if (!flags.from.empty()) {
    return run_from_s3(context, flags);
  }
  DAVIT_TRY_ASSIGN(const auto requests, requests_of(context, flags));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  DAVIT_TRY_ASSIGN(const auto responses, seed(requests, client, [&](std::string_view line) { progress.update(line); }));
  progress.clear();
  for (const auto& response : responses) {
    for (const auto& note : response.notes) {
      DAVIT_TRY(context.streams().err.write(fmt::format("davit: note: {}\n", note)));
    }
  }
  return cli::Outcome{
      .document = flags.change.dry_run ? cli::dry_run_document(plan_of(requests, responses)) : document_of(responses, !flags.name.empty()),
      .failure = worst_of(responses)};
}

}  // namespace

namespace {

/// null: nothing but the server's and this machine's speed.
OrderedJson limited_by(const WriteLimits& limits)
{
  if (limits.by_account || limits.by_table) {
    return limits.by_account ? "account" : "table";
  }
  if (limits.by_key_range) {
    return "key";
  }
  return limits.by_rate ? OrderedJson("rate") : OrderedJson(nullptr);
}

}  // namespace

OrderedJson to_json(const SeedResponse& response)
{
  return {{"table", response.table},
          {"physicalName", response.physical_name},
          {"read", response.read},
          {"written", response.written},
          {"resumed", response.resumed},
          {"same", response.same},
          {"rejected", response.rejected},
          {"remaining", response.remaining},
          {"seconds", std::round(response.seconds * 1000) / 1000},
          {"consumedCapacity", response.consumed_capacity},
          {"throttled", response.limits.throttled},
          {"limitedBy", limited_by(response.limits)}};
}

void add_seed(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<SeedFlags>();
  CLI::App& command = registry.add(group, "seed", seed_command_doc());
  command.add_option("NAME", flags->name, "Key of davit.yaml, or the name of any table; every table of davit.yaml when absent")
      ->type_name("NAME");
  command.add_option("FILE", flags->files, "Files of items instead of those of davit.yaml, also compressed by gzip; - is standard input")
      ->type_name("FILE");
  command.add_option("--from", flags->from, "Have the service make the table and fill it from these objects")->type_name("S3-URL");
  command.add_option("--mode", flags->mode, "put (default), insert or same")
      ->type_name("MODE")
      ->check(cli::one_of({"put", "insert", "same"}));
  command.add_flag("--resume", flags->resume, "Go on where the same seed was stopped or killed, by its journal");
  command
      .add_option("--format", flags->format,
                  "json, jsonl, csv or dynamodb-json instead of recognising it; with --from csv, dynamodb-json or ion")
      ->type_name("FORMAT")
      ->check(cli::one_of({"json", "jsonl", "csv", "dynamodb-json", "ion"}));
  command.add_flag("--skip-invalid", flags->skip_invalid, "Write the good items although others are refused; those are rejected");
  command.add_option("--concurrency", flags->concurrency, "Batches under way at once (default: 8)")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  command.add_option("--rate", flags->rate, "Use no more write units a second (1 unit: 1 KB of an item); default: what the table takes")
      ->type_name("N")
      ->check(CLI::Range(0.1, 1e9));
  command.add_option("--timeout", flags->timeout, "Give up when nothing could be written for so long (default: 1m)")->type_name("DURATION");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
