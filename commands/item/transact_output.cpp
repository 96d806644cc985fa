// SPDX-License-Identifier: Apache-2.0
#include "commands/item/transact_output.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/format/plain_json.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {

using aws::dynamodb::TransactionKind;
using aws::dynamodb::TransactionOutcome;
using aws::dynamodb::format::to_plain_json;

namespace {

std::string_view name_of(TransactionKind kind)
{
  switch (kind) {
    case TransactionKind::put:
      return "put";
    case TransactionKind::update:
      return "update";
    case TransactionKind::remove:
      return "delete";
    case TransactionKind::check:
      return "check";
    case TransactionKind::get:
      return "get";
  }
  return {};
}

OrderedJson to_json(const ActionFile& file, std::size_t index)
{
  const auto& action = file.actions[index];
  return {{"index", index},
          {"line", action.at.line},
          {"action", name_of(action.element.kind)},
          {"table", action.table},
          {"physicalName", action.element.table}};
}

/// The object with one member more, whose JSON is given: a JSON library would round the numbers of an item.
std::string with_item(const OrderedJson& object, const std::optional<aws::dynamodb::Item>& item)
{
  std::string out = object.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  out.pop_back();
  return out + ",\"item\":" + (item ? to_plain_json(*item) : "null") + "}";
}

bool is_for_people(const cli::Context& context)
{
  const auto format = format_of(context);
  return format == cli::Format::table || format == cli::Format::tsv;
}

/// Elements that are JSON already: a line each, or within one document, which is YAML too.
Status write_elements(cli::Context& context, const std::string& start, const std::vector<std::string>& elements)
{
  auto& out = context.streams().out;
  if (format_of(context) == cli::Format::jsonl) {
    for (const auto& element : elements) {
      DAVIT_TRY(out.write(element + "\n"));
    }
    return {};
  }
  std::string text = start;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    text += (i == 0 ? "\n    " : ",\n    ") + elements[i];
  }
  return out.write(text + "\n  ]\n}\n");
}

Error failure_of(const ActionFile& file, const TransactionOutcome& outcome)
{
  Error error = *outcome.cancellation;
  error.message = "the transaction was cancelled; nothing was written";
  for (std::size_t i = 0; i < outcome.reasons.size() && i < file.actions.size(); ++i) {
    const auto& reason = outcome.reasons[i];
    if (reason.code == "None") {
      continue;
    }
    const auto& action = file.actions[i];
    error.diagnostics.push_back(
        {.file = file.name,
         .line = static_cast<int>(action.at.line),
         .column = action.at.column,
         .message = fmt::format("{}: {}{}{}", shown_action(action), reason.code, reason.message.empty() ? "" : ": ", reason.message)});
  }
  error.hint = error.kind == ErrorKind::unavailable ? "the tables are throttled: try again later"
               : error.kind == ErrorKind::conflict  ? "--show-items shows what is there where a condition does not hold"
                                                    : "";
  return error;
}

}  // namespace

std::string shown_action(const FileAction& action)
{
  const auto& element = action.element;
  const char* between = element.kind == TransactionKind::put ? "into" : element.kind == TransactionKind::remove ? "from" : "of";
  const std::string table = action.table == element.table ? action.table : fmt::format("{} ({})", action.table, element.table);
  return fmt::format("{} {} {} {}", name_of(element.kind), to_plain_json(element.item), between, table);
}

cli::Outcome print_written(const ActionFile& file, const TransactionOutcome& outcome)
{
  cli::Document document{
      .data = {{"token", file.token}, {"actions", OrderedJson::array()}, {"consumedCapacity", outcome.consumed_capacity}},
      .table = cli::Table{.header = {"LINE", "ACTION"}, .rows = {}},
      .list_member = "actions"};
  for (std::size_t i = 0; i < file.actions.size(); ++i) {
    document.data["actions"].push_back(to_json(file, i));
    document.table->rows.push_back({std::to_string(file.actions[i].at.line), shown_action(file.actions[i])});
  }
  document.table->rows.push_back({"", "done under token " + file.token});
  return {.document = std::move(document)};
}

Result<cli::Outcome> print_items(cli::Context& context, const ActionFile& file, const TransactionOutcome& outcome)
{
  if (outcome.items.size() != file.actions.size()) {
    return fail(
        aws::dynamodb::unreadable_answer(fmt::format("{} items were asked for, and {} came", file.actions.size(), outcome.items.size())));
  }
  cli::Table table{.header = {"LINE", "TABLE", "ITEM"}, .rows = {}};
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < file.actions.size(); ++i) {
    const auto& item = outcome.items[i];
    elements.push_back(with_item(to_json(file, i), item));
    table.rows.push_back({std::to_string(file.actions[i].at.line), file.actions[i].table, item ? to_plain_json(*item) : "is not there"});
  }
  if (is_for_people(context)) {
    return cli::Outcome{.document = {.data = OrderedJson::object(), .table = std::move(table)}};
  }
  DAVIT_TRY(write_elements(context, "{\n  \"items\": [", elements));
  return cli::Outcome{};
}

Result<cli::Outcome> print_cancellation(cli::Context& context, const ActionFile& file, const TransactionOutcome& outcome)
{
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < outcome.reasons.size() && i < file.actions.size(); ++i) {
    const auto& reason = outcome.reasons[i];
    if (reason.code != "None") {
      OrderedJson json = to_json(file, i);
      json["code"] = reason.code;
      json["message"] = reason.message;
      elements.push_back(with_item(json, reason.item));
    }
  }
  if (!is_for_people(context)) {
    DAVIT_TRY(write_elements(context, "{\n  \"cancelled\": true,\n  \"reasons\": [", elements));
    return cli::Outcome{.document = {}, .failure = failure_of(file, outcome)};
  }
  cli::Table table{.header = {"LINE", "CODE", "ITEM THAT IS THERE"}, .rows = {}};
  for (std::size_t i = 0; i < outcome.reasons.size() && i < file.actions.size(); ++i) {
    if (outcome.reasons[i].item) {
      table.rows.push_back({std::to_string(file.actions[i].at.line), outcome.reasons[i].code, to_plain_json(*outcome.reasons[i].item)});
    }
  }
  cli::Outcome out{.document = {}, .failure = failure_of(file, outcome)};
  if (!table.rows.empty()) {
    out.document = {.data = OrderedJson::object(), .table = std::move(table)};
  }
  return out;
}

}  // namespace davit::commands::item
