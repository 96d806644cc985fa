// SPDX-License-Identifier: Apache-2.0
#include "commands/table/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>

#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"
#include "aws/dynamodb/client.hpp"
#include "aws/dynamodb/missing_table.hpp"

namespace davit::commands::table {
namespace {

using namespace aws::dynamodb;
using SteadyClock = std::chrono::steady_clock;

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html
constexpr std::size_t k_max_objects = 50'000;

constexpr std::chrono::milliseconds k_first_look{200};
constexpr std::chrono::milliseconds k_slowest_look{15'000};

/// How an object is written, told by the end of its key as the service's own exports and most writers name them.
struct ObjectKind {
  std::string format;
  std::string compression;
  auto operator<=>(const ObjectKind&) const = default;
};

ObjectKind kind_of(std::string_view key)
{
  ObjectKind out{.format = {}, .compression = "NONE"};
  const auto take_suffix = [&key](std::string_view suffix) {
    const bool there = key.ends_with(suffix);
    key.remove_suffix(there ? suffix.size() : 0);
    return there;
  };
  out.compression = take_suffix(".gz") ? "GZIP" : take_suffix(".zst") ? "ZSTD" : "NONE";
  out.format = take_suffix(".csv") ? "CSV" : take_suffix(".ion") ? "ION" : take_suffix(".json") ? "DYNAMODB_JSON" : "";
  return out;
}

std::string wire_format(const std::string& flag)
{
  return flag == "csv" ? "CSV" : flag == "ion" ? "ION" : flag == "dynamodb-json" ? "DYNAMODB_JSON" : "";
}

Error unsuitable(const ImportFromS3& request, std::string_view what, std::string_view hint)
{
  return failed_error(fmt::format("{} {}", request.source.to_string(), what), std::string(hint));
}

/// An export to S3 lays its notes beside its data; the import would take them for items.
bool is_export_manifest(std::string_view key)
{
  return key.ends_with("/manifest-summary.json") || key.ends_with("/manifest-files.json");
}

Result<ObjectKind> common_kind(const ImportFromS3& request, const std::vector<aws::s3::Object>& objects)
{
  std::set<ObjectKind> kinds;
  for (const auto& object : objects) {
    if (is_export_manifest(object.key)) {
      return fail(unsuitable(request, fmt::format("holds the manifest {}", object.key), "name the folder data/ of the export"));
    }
    kinds.insert(kind_of(object.key));
  }
  if (kinds.size() > 1) {
    return fail(unsuitable(request, "holds objects of several formats or compressions, told by the ends of their keys",
                           "one import reads one format in one compression: narrow the prefix"));
  }
  ObjectKind kind = *kinds.begin();
  kind.format = request.format.empty() ? kind.format : wire_format(request.format);
  if (kind.format.empty()) {
    return fail(unsuitable(request, "holds objects whose keys do not tell their format",
                           "say --format dynamodb-json, csv or ion; plain JSON is none that the service imports"));
  }
  return kind;
}

Status look_at_source(const ImportFromS3& request, aws::auth::Session& session, ImportPlan& plan)
{
  aws::s3::Client s3{session};
  DAVIT_TRY_ASSIGN(auto objects, s3.list_objects(request.source, k_max_objects));
  std::erase_if(objects, [](const auto& object) { return object.size == 0; });  // the markers that consoles make for folders
  if (objects.empty()) {
    return fail(not_found_error(fmt::format("there is nothing at {}", request.source.to_string()), "an import needs an object to read"));
  }
  if (objects.size() > k_max_objects) {
    return fail(
        unsuitable(request, fmt::format("holds more than {} objects", k_max_objects), "one import takes no more: narrow the prefix"));
  }
  DAVIT_TRY_ASSIGN(const ObjectKind kind, common_kind(request, objects));
  plan.request.input_format = kind.format;
  plan.request.compression = kind.compression;
  plan.objects = objects.size();
  for (const auto& object : objects) {
    plan.bytes += object.size;
  }
  return {};
}

Result<std::optional<TableDescription>> find_existing(const ImportFromS3& request, aws::auth::Session& session)
{
  auto table = Client{session}.describe_table(request.definition.name);
  if (!table && is_missing_table(table.error())) {
    return std::nullopt;
  }
  return std::move(table).map([](TableDescription&& description) { return std::optional(std::move(description)); });
}

Result<ImportPlan> plan_to_follow(const ImportFromS3& request, aws::auth::Session& session, const std::optional<TableDescription>& table)
{
  ImportPlan plan{.request = {.table = request.definition}};
  DAVIT_TRY_ASSIGN(const auto last, table ? ImportClient{session}.last_import(table->arn) : Result<std::optional<ImportDescription>>());
  if (!last) {
    return fail(not_found_error(fmt::format("no import into table {} is known", request.definition.name), "start one without --resume"));
  }
  plan.following = last->arn;
  return plan;
}

Error end_error(const ImportFromS3& request, const ImportDescription& import)
{
  const std::string logs = import.log_group_arn.empty() ? "" : fmt::format("what was wrong is in the log group {}", import.log_group_arn);
  if (import.status != "COMPLETED") {
    const std::string code = import.failure_code.empty() ? "" : fmt::format(" with {}", import.failure_code);
    return failed_error(fmt::format("importing table '{}': the import is {}{}: {}", request.table, import.status, code,
                                    import.failure_message.empty() ? "the service does not say why" : import.failure_message),
                        logs);
  }
  return failed_error(
      fmt::format("importing table '{}': {} of {} items were rejected", request.table, import.errors, import.processed_items), logs);
}

Error interrupted_error(const ImportFromS3& request)
{
  return {.kind = ErrorKind::cancelled,
          .message = fmt::format("interrupted; the import into table '{}' goes on without davit", request.table),
          .hint = "the same command with --resume follows it again"};
}

void pause_between_looks(std::chrono::milliseconds time)
{
  const auto end = SteadyClock::now() + time;
  while (SteadyClock::now() < end && interrupted() == 0) {
    std::this_thread::sleep_for(std::min<SteadyClock::duration>(end - SteadyClock::now(), std::chrono::milliseconds{50}));
  }
}

Result<ImportDescription> follow(const ImportFromS3& request, ImportClient& client, ImportDescription import,
                                 const std::function<void(std::string_view)>& progress)
{
  const InterruptScope scope;
  for (auto pause = k_first_look; import.is_under_way(); pause = std::min(pause * 2, k_slowest_look)) {
    progress(fmt::format("importing {}: {} items, {} of them rejected", request.table, import.processed_items, import.errors));
    pause_between_looks(pause);
    Result<ImportDescription> latest = interrupted() == 0 ? client.describe_import(import.arn) : fail(interrupted_error(request));
    if (!latest) {
      return fail(latest.error().kind == ErrorKind::cancelled ? interrupted_error(request) : std::move(latest).error());
    }
    import = std::move(*latest);
  }
  return import;
}

}  // namespace

cli::Plan ImportPlan::to_plan() const
{
  const std::string what = following ? fmt::format("follow the import {}", *following)
                                     : fmt::format("import {} objects ({} bytes) of s3://{}/{} as {}, compression {}", objects, bytes,
                                                   request.bucket, request.prefix, request.input_format, request.compression);
  return {.steps = {{following ? cli::PlanStep::Kind::run : cli::PlanStep::Kind::create, "table " + request.table.name, what}}};
}

Result<ImportPlan> plan_import(const ImportFromS3& request, aws::auth::Session& session)
{
  DAVIT_TRY_ASSIGN(const auto table, find_existing(request, session));
  if (request.resume) {
    return plan_to_follow(request, session, table);
  }
  if (table) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("table {} is there, and the service imports into new tables alone", request.definition.name),
                      .hint = "seed it from files, delete it first, or follow an import that runs by --resume"});
  }
  ImportPlan plan{.request = {.table = request.definition,
                              .bucket = request.source.bucket,
                              .prefix = request.source.prefix,
                              .input_format = {},
                              .client_token = aws::crypto::random_uuid()}};
  DAVIT_TRY(look_at_source(request, session, plan));
  return plan;
}

Result<ImportResponse> import_from_s3(const ImportFromS3& request, const ImportPlan& plan, aws::auth::Session& session,
                                      const std::function<void(std::string_view)>& progress)
{
  const auto start = SteadyClock::now();
  ImportClient client{session};
  auto begun = plan.following ? client.describe_import(*plan.following) : client.import_table(plan.request);
  DAVIT_TRY_ASSIGN(ImportDescription import, std::move(begun));
  DAVIT_TRY_ASSIGN(import, follow(request, client, std::move(import), progress));
  ImportResponse response{.table = request.table, .physical_name = request.definition.name, .import = std::move(import)};
  response.seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  if (response.import.status != "COMPLETED" || response.import.errors > 0) {
    response.failure = end_error(request, response.import);
  }
  return response;
}

OrderedJson to_json(const ImportResponse& response)
{
  const auto& import = response.import;
  return {{"table", response.table},
          {"physicalName", response.physical_name},
          {"read", import.processed_items},
          {"written", import.imported_items},
          {"same", 0},
          {"rejected", import.errors},
          {"remaining", import.processed_items - import.imported_items - import.errors},
          {"seconds", std::round(response.seconds * 1000) / 1000},
          {"importArn", import.arn},
          {"status", import.status},
          {"processedBytes", import.processed_bytes}};
}

}  // namespace davit::commands::table
