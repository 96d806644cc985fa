// SPDX-License-Identifier: Apache-2.0
#include "commands/table/export.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/format/csv_items.hpp"
#include "aws/dynamodb/format/item_reader.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/format/typed_json.hpp"
#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/scan_pages.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;
namespace format = aws::dynamodb::format;

cli::CommandDoc doc()
{
  return {
      .summary = "Write the items of a table to a file [API: Scan]",
      .description =
          "Reads the whole table consistently and writes its items sorted by key, so that the same items always make the same bytes, whatever server they come from. "
          "Nothing is lost: `davit table seed` reads every format back. All items are held in memory to be sorted. The file of --out appears whole or not at all.",
      .examples = {{"davit table export products --env local > products.jsonl", "Plain JSON, an item a line"},
                   {"davit table export products --format csv --out products.csv", "CSV with typed columns"},
                   {"davit table export orders --format dynamodb-json --out orders.json", "What an export to S3 would hold"}}};
}

struct ExportFlags {
  std::string name;
  std::string format = "jsonl";
  std::string out;
  int segments = 0;
};

/// The bytes by which key values of one type sort as DynamoDB sorts them.
std::string order_of(const ddb::AttributeValue& value)
{
  if (const auto* number = value.get_if<ddb::Number>()) {
    return number->sort_key();
  }
  const auto* binary = value.get_if<ddb::Binary>();
  const auto* text = value.get_if<std::string>();
  return binary != nullptr ? binary->bytes : text != nullptr ? *text : std::string();
}

using SortedItems = std::map<std::vector<std::string>, ddb::Item>;

std::vector<std::string> order_of(const ddb::Item& item, const ddb::KeySchema& key)
{
  std::vector<std::string> out;
  for (const auto& attribute : key.attributes()) {
    const auto found = item.find(attribute.name);
    out.push_back(found == item.end() ? "" : order_of(found->second));
  }
  return out;
}

/// A column for each name and type that occurs, so that no value is left out.
std::string to_csv(const SortedItems& items)
{
  std::set<format::CsvColumn> found;
  for (const auto& [key, item] : items) {
    for (const auto& [name, value] : item) {
      found.insert({.name = name, .type = value.type()});
    }
  }
  const std::vector<format::CsvColumn> columns(found.begin(), found.end());
  std::string out = columns.empty() ? "" : format::csv_header(columns);
  for (const auto& [key, item] : items) {
    out += format::csv_line(columns, item);
  }
  return out;
}

std::string to_json_array(const SortedItems& items)
{
  std::string out = "[";
  for (const auto& [key, item] : items) {
    out += (out.size() == 1 ? "\n" : ",\n") + format::to_plain_json(item);
  }
  return out + "\n]\n";
}

std::string to_text(const SortedItems& items, format::FileFormat chosen)
{
  std::string out;
  switch (chosen) {
    case format::FileFormat::csv:
      return to_csv(items);
    case format::FileFormat::json:
      return to_json_array(items);
    case format::FileFormat::jsonl:
      for (const auto& [key, item] : items) {
        out += format::to_plain_json(item) + "\n";
      }
      return out;
    case format::FileFormat::dynamodb_json:
      for (const auto& [key, item] : items) {
        out += format::to_typed_json(item) + "\n";
      }
      return out;
  }
  return out;
}

Result<SortedItems> read_items(cli::Context& context, const ExportFlags& flags, const cli::config::TableTarget& target)
{
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(const auto table, describe(client, target));
  ddb::ScanRequest request;
  request.table = target.physical_name;
  request.consistent = true;
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const InterruptScope interrupt;
  SortedItems items;
  DAVIT_TRY(
      scan_pages(client, request, flags.segments > 0 ? flags.segments : segments_for(table.size_bytes), [&](ddb::Page page) -> Status {
        for (auto& item : page.items) {
          auto order = order_of(item, table.key);
          items.insert_or_assign(std::move(order), std::move(item));
        }
        progress.update(fmt::format("exporting {}: {} items", target.name, items.size()));
        return {};
      }));
  return items;
}

Result<cli::Outcome> run(cli::Context& context, const ExportFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto chosen, format::parse_file_format(flags.format));
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
  DAVIT_TRY_ASSIGN(const auto items, read_items(context, flags, target));
  const std::string text = to_text(items, chosen);
  if (flags.out.empty()) {
    DAVIT_TRY(context.streams().out.write(text));
    return cli::Outcome{};
  }
  DAVIT_TRY(write_file(flags.out, text));
  return cli::Outcome{.document = {.data = {{"table", target.name},
                                            {"physicalName", target.physical_name},
                                            {"items", items.size()},
                                            {"file", flags.out},
                                            {"format", flags.format},
                                            {"bytes", text.size()}}}};
}

}  // namespace

void add_export(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<ExportFlags>();
  CLI::App& command = registry.add(group, "export", doc());
  command.add_option("NAME", flags->name, "Key of davit.yaml, or the name of any table")->type_name("NAME")->required();
  command.add_option("--format", flags->format, "jsonl (default), json, csv or dynamodb-json")
      ->type_name("FORMAT")
      ->check(cli::one_of({"jsonl", "json", "csv", "dynamodb-json"}));
  command.add_option("--out", flags->out, "Write this file instead of standard output")->type_name("FILE");
  command.add_option("--segments", flags->segments, "Read so many parts at a time (default: by the table's size)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
