// SPDX-License-Identifier: Apache-2.0
#include "commands/table/export.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>

#include "aws/auth/session.hpp"
#include "aws/core/time.hpp"
#include "aws/dynamodb/format/expression_text.hpp"
#include "aws/dynamodb/format/placeholders.hpp"
#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/export_items.hpp"
#include "commands/table/scan_selection.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;
namespace format = aws::dynamodb::format;

cli::CommandDoc export_doc()
{
  return {
      .summary = "Write the items of a table to a file [API: Scan]",
      .description =
          "Reads the whole table consistently and writes its items sorted by key, so that the same items always make the same bytes, whatever server they come from; "
          "with --unordered as they come. Nothing is lost: `davit table seed` reads every format back. A table of any size takes little memory: what exceeds it waits in "
          "TMPDIR, or beside davit.yaml in .davit/journal with --out.\n\n"
          "The file of --out appears whole or not at all. An export to a file that was stopped or killed goes on where it was with --resume, as if nothing had happened.\n\n"
          "In --filter and --projection, reserved words such as status and values such as 5 or \"text\" simply stand for themselves.",
      .examples = {{"davit table export products --env local > products.jsonl", "Plain JSON, an item a line"},
                   {"davit table export products --format csv --out products.csv", "CSV with typed columns"},
                   {"davit table export orders --out orders.jsonl.gz --resume", "Compressed, going on where the last attempt stopped"},
                   {"davit table export orders --filter 'status = \"open\"' --projection 'order_id, total'",
                    "Some items, and of these some attributes"},
                   {"davit table export orders --format dynamodb-json --out orders.json", "What an export to S3 would hold"}}};
}

struct ExportFlags {
  std::string name;
  std::string format = "jsonl";
  std::string out;
  std::string projection;
  SelectionFlags selection;
  bool unordered = false;
  bool gzip = false;
  bool resume = false;
  PaceFlags pace;
};

format::ItemForm::Notation notation_of(format::FileFormat chosen)
{
  switch (chosen) {
    case format::FileFormat::csv:
      return format::ItemForm::Notation::cells;
    case format::FileFormat::dynamodb_json:
      return format::ItemForm::Notation::typed;
    case format::FileFormat::json:
    case format::FileFormat::jsonl:
      return format::ItemForm::Notation::plain;
  }
  return format::ItemForm::Notation::plain;
}

Compression compression_of(const ExportFlags& flags)
{
  return flags.gzip || flags.out.ends_with(".gz") ? Compression::gzip : Compression::none;
}

/// Items of an index are told apart by the key of the table.
std::vector<std::string> order_of(const ddb::TableDescription& table, const ddb::IndexDescription* index)
{
  std::vector<std::string> out;
  for (const auto& attribute : index == nullptr ? std::vector<ddb::KeyAttribute>() : index->key.attributes()) {
    out.push_back(attribute.name);
  }
  for (const auto& attribute : table.key.attributes()) {
    if (std::find(out.begin(), out.end(), attribute.name) == out.end()) {
      out.push_back(attribute.name);
    }
  }
  return out;
}

/// Reads what the items are sorted by as well, and hides it again.
std::string with_hidden(std::string projection, const format::ItemForm& form)
{
  for (const auto& name : form.hidden) {
    projection += fmt::format(", `{}`", name);
  }
  return projection;
}

Status add_projection(const std::string& projection, ExportRequest& request)
{
  constexpr auto k_kind = format::ExpressionKind::projection;
  auto& placeholders = request.scan.placeholders;
  DAVIT_TRY_ASSIGN(const std::string shown, format::expand_expression(projection, k_kind, "--projection", placeholders));
  const auto attributes = format::projected_attributes(shown, placeholders);
  for (const auto& name : request.form.order_by) {
    if (std::find(attributes.begin(), attributes.end(), name) == attributes.end()) {
      request.form.hidden.push_back(name);
    }
  }
  DAVIT_TRY_ASSIGN(request.scan.projection,
                   format::expand_expression(with_hidden(projection, request.form), k_kind, "--projection", placeholders));
  return {};
}

Result<ExportRequest> request_of(const ExportFlags& flags, const ddb::TableDescription& table)
{
  ExportRequest request;
  DAVIT_TRY_ASSIGN(request.format, format::parse_file_format(flags.format));
  DAVIT_TRY_ASSIGN(request.scan, scan_request(flags.selection, table));
  DAVIT_TRY_ASSIGN(request.pace, pace_of(flags.pace, table.size_bytes));
  DAVIT_TRY_ASSIGN(const auto* index, find_index(table, flags.selection.index));
  request.order = flags.unordered ? ExportOrder::as_found : ExportOrder::by_key;
  request.form.notation = notation_of(request.format);
  request.form.order_by = flags.unordered ? std::vector<std::string>() : order_of(table, index);
  if (!flags.projection.empty()) {
    DAVIT_TRY(add_projection(flags.projection, request));
  }
  request.resume = flags.resume;
  return request;
}

/// What makes one export another one.
std::map<std::string, std::string> subject_of(const ExportFlags& flags, const ExportRequest& request, const ddb::TableDescription& table,
                                              const std::string& endpoint)
{
  return {{"table", table.arn.empty() ? table.name : table.arn},
          {"table's creation", table.created_at ? to_rfc3339(*table.created_at) : ""},
          {"endpoint", endpoint},
          {"format", flags.format},
          {"order", flags.unordered ? "as found" : "by key"},
          {"index", flags.selection.index},
          {"filter", flags.selection.filter},
          {"projection", flags.projection},
          {"request", body_of(request.scan)}};
}

Status check(const ExportFlags& flags, cli::Context& context)
{
  if (flags.resume && flags.out.empty()) {
    return fail(usage_error("--resume needs the file of --out: what standard output has had is not known"));
  }
  if (flags.gzip && flags.out.empty() && context.streams().out.is_terminal()) {
    return fail(usage_error("compressed bytes are nothing for a terminal", "give a file by --out, or send them on: | ..."));
  }
  return {};
}

/// A file that cannot be written is better known before the table is read. The reader of a pipe would take the look for the end.
Status look_at_output(const std::filesystem::path& path, const std::function<Result<ExportOutput>()>& open_output)
{
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) && !std::filesystem::is_directory(status)) {
    return {};
  }
  DAVIT_TRY(open_output());
  return {};
}

/// "exporting orders: 1204000 items, 350.1 MB, 96.3 MB/s".
std::string progress_line(const std::string& name, const ExportReport& report, std::chrono::steady_clock::time_point started)
{
  if (!report.bytes_received) {
    return fmt::format("writing {}: {} items", name, report.items);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const double megabytes = static_cast<double>(*report.bytes_received) / 1e6;
  return fmt::format("exporting {}: {} items, {:.1f} MB, {:.1f} MB/s", name, report.items, megabytes, megabytes / std::max(seconds, 0.001));
}

cli::Document to_document(const ExportFlags& flags, const cli::config::TableTarget& target, const ExportResponse& response, double seconds)
{
  return {.data = {{"table", target.name},
                   {"physicalName", target.physical_name},
                   {"items", response.items},
                   {"itemsResumed", response.items_resumed},
                   {"file", flags.out},
                   {"format", flags.format},
                   {"bytes", response.bytes},
                   {"bytesReceived", response.bytes_received},
                   {"consumedCapacity", response.consumed_capacity},
                   {"seconds", seconds}}};
}

Result<cli::Outcome> run(cli::Context& context, const ExportFlags& flags)
{
  DAVIT_TRY(check(flags, context));
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(auto table, describe(context, client, target));
  table.name = target.physical_name;
  DAVIT_TRY_ASSIGN(auto request, request_of(flags, table));
  const auto open_output = [&] { return ExportOutput::open(context.streams().out, flags.out, compression_of(flags)); };
  if (!flags.out.empty()) {
    DAVIT_TRY(look_at_output(flags.out, open_output));
    DAVIT_TRY_ASSIGN(auto* session, context.session());
    DAVIT_TRY_ASSIGN(const auto endpoint, session->endpoint("dynamodb"));
    request.journal.emplace(context.state_directory() / "journal", flags.out);
    request.subject = subject_of(flags, request, table, endpoint.url.to_string());
  }
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const auto started = std::chrono::steady_clock::now();
  DAVIT_TRY_ASSIGN(const auto response, export_items(client, request, open_output, [&](const ExportReport& report) {
                     progress.update(progress_line(target.name, report, started));
                   }));
  if (flags.out.empty()) {
    return cli::Outcome{};
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return cli::Outcome{.document = to_document(flags, target, response, std::round(seconds * 1000) / 1000)};
}

}  // namespace

void add_export(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<ExportFlags>();
  CLI::App& command = registry.add(group, "export", export_doc());
  command.add_option("NAME", flags->name, "Key of davit.yaml, or the name of any table")->type_name("NAME")->required();
  command.add_option("--format", flags->format, "jsonl (default), json, csv or dynamodb-json")
      ->type_name("FORMAT")
      ->check(cli::one_of({"jsonl", "json", "csv", "dynamodb-json"}));
  command.add_option("--out", flags->out, "Write this file instead of standard output; one that ends in .gz is compressed")
      ->type_name("FILE");
  command.add_flag("--gzip", flags->gzip, "Compress what is written");
  command.add_flag("--unordered", flags->unordered, "Write the items as they come, not sorted by key");
  command.add_flag("--resume", flags->resume, "Go on where an export to the same file was stopped; begin when none was");
  command.add_option("--projection", flags->projection, "Only these attributes: a projection expression")->type_name("EXPRESSION");
  add_selection_flags(command, flags->selection);
  add_pace_flags(command, flags->pace);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
