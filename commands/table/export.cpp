// SPDX-License-Identifier: Apache-2.0
#include "commands/table/export.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <set>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/format/csv_items.hpp"
#include "aws/dynamodb/format/item_reader.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/format/typed_json.hpp"
#include "aws/dynamodb/wire.hpp"
#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/scan_pages.hpp"
#include "commands/table/sorted_lines.hpp"
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
  PaceFlags pace;
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

/// Several values in one: zero bytes are followed by FF, and each value ends in 00 01, so that none runs into the next.
std::string order_of(const ddb::Item& item, const ddb::KeySchema& key)
{
  std::string out;
  for (const auto& attribute : key.attributes()) {
    const auto found = item.find(attribute.name);
    for (const char c : found == item.end() ? std::string() : order_of(found->second)) {
      out += c;
      out += c == '\0' ? "\xFF" : "";
    }
    out += std::string_view("\0\1", 2);
  }
  return out;
}

/// Where the text goes: standard output, or a file that appears whole or not at all.
class Output
{
public:
  static Result<Output> open(cli::Context& context, const std::string& path)
  {
    Output out{context.streams().out};
    if (!path.empty()) {
      DAVIT_TRY_ASSIGN(auto file, FileReplacement::open(path));
      out.m_file.emplace(std::move(file));
    }
    return out;
  }

  Status write(std::string_view text)
  {
    m_bytes += text.size();
    return m_file ? m_file->write(text) : m_stdout->write(text);
  }

  Status commit() { return m_file ? m_file->commit() : Status{}; }
  [[nodiscard]] std::size_t bytes() const { return m_bytes; }

private:
  explicit Output(cli::OutStream& out) : m_stdout(&out) {}

  cli::OutStream* m_stdout;
  std::optional<FileReplacement> m_file;
  std::size_t m_bytes = 0;
};

/// The items of a table in one format, sorted by key.
class Export
{
public:
  Export(format::FileFormat chosen, ddb::KeySchema key) : m_format(chosen), m_key(std::move(key)) {}

  Status add(const ddb::Item& item)
  {
    if (m_format == format::FileFormat::csv) {
      for (const auto& [name, value] : item) {
        m_columns.insert({.name = name, .type = value.type()});
      }
    }
    return m_lines.add(order_of(item, m_key), text_of(item));
  }

  Status write(Output& out)
  {
    switch (m_format) {
      case format::FileFormat::csv:
        return write_csv(out);
      case format::FileFormat::json:
        return write_array(out);
      default:
        return m_lines.for_each([&](std::string_view line) { return write_line(out, line); });
    }
  }

  /// Known once they are written: a table that changes meanwhile may give an item twice.
  [[nodiscard]] std::int64_t items() const { return m_items; }

private:
  /// A line of CSV needs the columns of all items, so these wait in their own notation.
  [[nodiscard]] std::string text_of(const ddb::Item& item) const
  {
    switch (m_format) {
      case format::FileFormat::csv:
        return ddb::to_json_text(item);
      case format::FileFormat::dynamodb_json:
        return format::to_typed_json(item);
      default:
        return format::to_plain_json(item);
    }
  }

  Status write_line(Output& out, std::string_view line)
  {
    ++m_items;
    DAVIT_TRY(out.write(line));
    return out.write("\n");
  }

  Status write_array(Output& out)
  {
    DAVIT_TRY(out.write("["));
    const auto write_element = [&](std::string_view line) -> Status {
      DAVIT_TRY(out.write(m_items++ == 0 ? "\n" : ",\n"));
      return out.write(line);
    };
    DAVIT_TRY(m_lines.for_each(write_element));
    return out.write("\n]\n");
  }

  /// A column for each name and type that occurs, so that no value is left out.
  Status write_csv(Output& out)
  {
    const std::vector<format::CsvColumn> columns(m_columns.begin(), m_columns.end());
    DAVIT_TRY(out.write(columns.empty() ? "" : format::csv_header(columns)));
    return m_lines.for_each([&](std::string_view line) -> Status {
      const auto item = ddb::parse_item(line);
      if (!item) {
        return fail(Error{.kind = ErrorKind::bug, .message = "an item does not read back: " + item.error().message});
      }
      ++m_items;
      return out.write(format::csv_line(columns, *item));
    });
  }

  format::FileFormat m_format;
  ddb::KeySchema m_key;
  SortedLines m_lines;
  std::set<format::CsvColumn> m_columns;
  std::int64_t m_items = 0;
};

Status read_items(cli::Context& context, const cli::config::TableTarget& target, ddb::Client& client, const ScanPace& pace,
                  Export& exported)
{
  ddb::ScanRequest request;
  request.table = target.physical_name;
  request.consistent = true;
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const InterruptScope interrupt;
  std::int64_t read = 0;
  return scan_pages(client, request, pace, [&](const ddb::Page& page) -> Status {
    for (const auto& item : page.items) {
      DAVIT_TRY(exported.add(item));
    }
    read += page.count;
    progress.update(fmt::format("exporting {}: {} items", target.name, read));
    return {};
  });
}

Result<cli::Outcome> run(cli::Context& context, const ExportFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto chosen, format::parse_file_format(flags.format));
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, flags.name));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  DAVIT_TRY_ASSIGN(const auto table, describe(context, client, target));
  DAVIT_TRY_ASSIGN(const ScanPace pace, pace_of(flags.pace, table.size_bytes));
  // A file that cannot be written is better known before the table is read.
  DAVIT_TRY_ASSIGN(Output out, Output::open(context, flags.out));
  Export exported{chosen, table.key};
  DAVIT_TRY(read_items(context, target, client, pace, exported));
  DAVIT_TRY(exported.write(out));
  DAVIT_TRY(out.commit());
  if (flags.out.empty()) {
    return cli::Outcome{};
  }
  return cli::Outcome{.document = {.data = {{"table", target.name},
                                            {"physicalName", target.physical_name},
                                            {"items", exported.items()},
                                            {"file", flags.out},
                                            {"format", flags.format},
                                            {"bytes", out.bytes()}}}};
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
  command.add_option("--out", flags->out, "Write this file instead of standard output")->type_name("FILE");
  add_pace_flags(command, flags->pace);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
