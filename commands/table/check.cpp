// SPDX-License-Identifier: Apache-2.0
#include "commands/table/check.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>

#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/definition.hpp"

namespace davit::commands::table {
namespace {

namespace format = aws::dynamodb::format;

std::string description()
{
  std::string text =
      "Reads files of items (JSON, JSON lines, CSV, DynamoDB JSON: recognised, or named by --format) and judges each item by what DynamoDB would refuse: keys, "
      "types, numbers, sets, sizes to the byte, and keys that stand twice in the files. Nothing is sent. Each line of the result has the file, the line, the "
      "reason and a message; an item has one reason, the first, or all of them with --explain. Reasons:\n";
  for (const auto& reason : format::reasons()) {
    text += fmt::format("\n  {:<19} {}", reason.id, reason.meaning);
  }
  return text;
}

cli::CommandDoc check_doc()
{
  return {.summary = "Judge files of items as DynamoDB would, offline",
          .description = description(),
          .examples = {{"davit table check data/products.jsonl --table products", "Judge by the keys and indexes of davit.yaml"},
                       {"davit table check orders.csv --key '[user_id, order_id:N]' -o jsonl",
                        "Judge by a key of your own; a line for each refused item"}}};
}

struct CheckFlags {
  std::vector<std::string> files;
  std::string table;
  std::string key;
  std::vector<std::string> indexes;
  std::string format;
  bool explain = false;
};

Result<format::TableKeys> keys_of_flags(cli::Context& context, const CheckFlags& flags)
{
  format::TableKeys keys;
  if (flags.key.empty() == flags.table.empty()) {
    return fail(usage_error("the keys to judge by are needed once", "give --table NAME of davit.yaml, or --key SPEC"));
  }
  if (flags.key.empty()) {
    DAVIT_TRY_ASSIGN(const auto* project, context.project());
    DAVIT_TRY_ASSIGN(const auto target, table_of_project(*project, flags.table));
    keys = keys_of(*target.table);
  } else {
    DAVIT_TRY_ASSIGN(keys.key, parse_key("--key", flags.key));
  }
  for (const auto& spec : flags.indexes) {
    DAVIT_TRY_ASSIGN(keys.indexes[spec], parse_key("--index", spec));
  }
  return keys;
}

std::optional<Error> failure_of(const CheckResponse& response)
{
  if (response.invalid == 0) {
    return std::nullopt;
  }
  return failed_error(fmt::format("{} of {} items would be refused", response.invalid, response.read));
}

cli::Outcome outcome_of(const CheckResponse& response, const std::vector<Finding>& findings)
{
  cli::Document document{.data = {{"read", response.read}, {"invalid", response.invalid}, {"problems", OrderedJson::array()}},
                         .list_member = "problems"};
  cli::Table table{.header = {"PLACE", "REASON", "MESSAGE"}, .rows = {}};
  for (const auto& finding : findings) {
    document.data["problems"].push_back(to_json(finding));
    table.rows.push_back({fmt::format("{}:{}:{}", finding.file, finding.line, finding.column), finding.reason, finding.message});
  }
  if (!findings.empty()) {
    document.table = std::move(table);
  }
  return {.document = std::move(document), .failure = failure_of(response)};
}

/// JSON lines leave as they come, so that a file of any size can be wrong in every line.
Result<cli::Outcome> run_streaming(cli::Context& context, const CheckRequest& request)
{
  auto& out = context.streams().out;
  DAVIT_TRY_ASSIGN(const CheckResponse response, check(request, [&](const Finding& finding) {
                     return out.write(to_json(finding).dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
                   }));
  return cli::Outcome{.document = {}, .failure = failure_of(response)};
}

Result<cli::Outcome> run(cli::Context& context, const CheckFlags& flags)
{
  CheckRequest request{.files = {}, .keys = {}, .format = std::nullopt, .explain = flags.explain};
  DAVIT_TRY_ASSIGN(request.keys, keys_of_flags(context, flags));
  if (!flags.format.empty()) {
    DAVIT_TRY_ASSIGN(request.format, format::parse_file_format(flags.format));
  }
  DAVIT_TRY_ASSIGN(request.files, item_files(context, flags.files));
  if (context.globals().output == cli::Format::jsonl) {
    return run_streaming(context, request);
  }
  std::vector<Finding> findings;
  DAVIT_TRY_ASSIGN(const CheckResponse response, check(request, [&](const Finding& finding) -> Status {
                     findings.push_back(finding);
                     return {};
                   }));
  return outcome_of(response, findings);
}

}  // namespace

std::vector<Finding> findings_of(const JudgedItem& item, const std::string& file, bool all)
{
  std::vector<Finding> out;
  for (const auto& problem : item.problems) {
    out.push_back({.file = file,
                   .line = problem.at.line,
                   .column = problem.at.column,
                   .reason = std::string(id_of(problem.reason)),
                   .message = problem.message});
    if (!all) {
      break;
    }
  }
  return out;
}

OrderedJson to_json(const Finding& finding)
{
  return {
      {"file", finding.file}, {"line", finding.line}, {"column", finding.column}, {"reason", finding.reason}, {"message", finding.message}};
}

Result<CheckResponse> check(const CheckRequest& request, const std::function<Status(const Finding&)>& report)
{
  const auto refused = [&](const JudgedItem& item, const JudgedItems& items) -> Status {
    for (const auto& finding : findings_of(item, items.name_of(item.file), request.explain)) {
      DAVIT_TRY(report(finding));
    }
    return {};
  };
  DAVIT_TRY_ASSIGN(const Judgement judgement,
                   judge_items(
                       request.files, request.format, request.keys, [](std::int64_t) { return Status{}; }, refused));
  return CheckResponse{.read = judgement.read, .invalid = judgement.refused};
}

void add_check(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<CheckFlags>();
  CLI::App& command = registry.add(group, "check", check_doc());
  command.add_option("FILE", flags->files, "Files of items; - is standard input")->type_name("FILE")->required();
  command.add_option("--table", flags->table, "Judge by the keys of this table of davit.yaml")->type_name("NAME");
  command.add_option("--key", flags->key, "Judge by this key: name, name:N, or [partition, sort]")->type_name("SPEC");
  command.add_option("--index", flags->indexes, "Judge by the key of an index too; repeatable")->type_name("SPEC")->allow_extra_args(false);
  command.add_option("--format", flags->format, "json, jsonl, csv or dynamodb-json instead of recognising it")
      ->type_name("FORMAT")
      ->check(cli::one_of({"json", "jsonl", "csv", "dynamodb-json"}));
  command.add_flag("--explain", flags->explain, "Every problem of an item, not only the first");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
