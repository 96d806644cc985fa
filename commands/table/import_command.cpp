// SPDX-License-Identifier: Apache-2.0
// The command line of `davit table seed --from`; the work is in import.cpp.
#include <fmt/format.h>

#include "cli/term/progress.hpp"
#include "commands/table/definition.hpp"
#include "commands/table/import.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

Result<ImportFromS3> import_request_of(cli::Context& context, const ImportFlags& flags)
{
  if (flags.name.empty()) {
    return fail(usage_error("--from fills one table", "give its NAME"));
  }
  if (flags.format == "json" || flags.format == "jsonl") {
    return fail(usage_error("the service imports no plain JSON", "objects of DynamoDB JSON, CSV or Ion are what it reads"));
  }
  DAVIT_TRY_ASSIGN(auto source, aws::s3::parse_location(flags.from));
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
  if (target.table == nullptr) {
    return fail(usage_error(fmt::format("davit.yaml has no table '{}'", flags.name),
                            "an import makes the table, so its key must be known: describe it in davit.yaml"));
  }
  return ImportFromS3{.table = target.name,
                      .definition = definition_of(target.physical_name, *target.table),
                      .source = std::move(source),
                      .format = flags.format,
                      .resume = flags.resume};
}

cli::Document import_document(const ImportResponse& response)
{
  const auto& import = response.import;
  return {.data = to_json(response),
          .table = cli::Table{.header = {"TABLE", "READ", "WRITTEN", "REJECTED", "STATUS", "SECONDS"},
                              .rows = {{response.table, std::to_string(import.processed_items), std::to_string(import.imported_items),
                                        std::to_string(import.errors), import.status, fmt::format("{:.2f}", response.seconds)}}}};
}

}  // namespace

Result<cli::Outcome> run_import(cli::Context& context, const ImportFlags& flags)
{
  DAVIT_TRY_ASSIGN(const ImportFromS3 request, import_request_of(context, flags));
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const ImportPlan plan, plan_import(request, *session));
  if (flags.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan.to_plan())};
  }
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  DAVIT_TRY_ASSIGN(auto response, import_from_s3(request, plan, *session, [&](std::string_view line) { progress.update(line); }));
  progress.clear();
  auto document = import_document(response);
  return cli::Outcome{.document = std::move(document), .failure = std::move(response.failure)};
}

}  // namespace davit::commands::table
