// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_reader.hpp"

#include <fmt/format.h>

#include <array>

#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/format/typed_json.hpp"

namespace davit::aws::dynamodb::format {
namespace {

constexpr std::array<std::pair<std::string_view, FileFormat>, 4> k_formats{{
    {"json", FileFormat::json},
    {"jsonl", FileFormat::jsonl},
    {"csv", FileFormat::csv},
    {"dynamodb-json", FileFormat::dynamodb_json},
}};

bool is_compressed(std::string_view start)
{
  return start.starts_with("\x28\xB5\x2F\xFD") || start.starts_with("PK\x03\x04") || start.starts_with("BZh") ||
         start.starts_with(
             "\xFD"
             "7zXZ");
}

bool is_utf16(std::string_view start)
{
  return start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF");
}

}  // namespace

std::string_view name_of(FileFormat format)
{
  return k_formats[static_cast<std::size_t>(format)].first;
}

Result<FileFormat> parse_file_format(std::string_view name)
{
  for (const auto& [known, format] : k_formats) {
    if (name == known) {
      return format;
    }
  }
  return fail(usage_error(fmt::format("'{}' is no file format", name), "use json, jsonl, csv or dynamodb-json"));
}

ItemReader::ItemReader(TextSource source, Layout layout, std::optional<Notation> notation)
    : m_source(std::move(source)), m_layout(layout), m_notation(notation)
{
}

Result<ItemReader> ItemReader::open(TextSource source, std::optional<FileFormat> format)
{
  if (is_utf16(source.buffered())) {
    return fail(usage_error(fmt::format("{} is written in UTF-16", source.name()), "convert it: iconv -f UTF-16 -t UTF-8 FILE"));
  }
  if (is_compressed(source.buffered())) {
    return fail(usage_error(fmt::format("{} is compressed, and not by gzip", source.name()),
                            "unpack it on the way: zstdcat FILE | davit table seed NAME -"));
  }
  const Layout detected = detect_layout(source.buffered(), source.is_last(), source.name());
  if (!format) {
    return ItemReader{std::move(source), detected, std::nullopt};
  }
  switch (*format) {
    case FileFormat::json:
      return ItemReader{std::move(source), Layout::document, Notation::plain};
    case FileFormat::jsonl:
      return ItemReader{std::move(source), Layout::lines, Notation::plain};
    case FileFormat::csv:
      return ItemReader{std::move(source), Layout::csv, std::nullopt};
    case FileFormat::dynamodb_json:
      return ItemReader{std::move(source), detected == Layout::csv ? Layout::lines : detected, Notation::typed};
  }
  return fail(usage_error("unknown file format"));
}

Result<std::optional<Record>> ItemReader::next()
{
  auto record = next_record();
  DAVIT_TRY(m_source.status());
  return record;
}

bool ItemReader::next_line(PlainLineReader& lines, LineItem& item, Place& at)
{
  if (m_layout != Layout::lines || m_notation != Notation::plain) {
    return false;
  }
  m_source.stop_at_line_end(false);
  // The exact reader stops before the end of its line.
  while (m_source.peek() == '\r' || m_source.peek() == '\n') {
    m_source.advance();
  }
  const std::string_view line = m_source.whole_line();
  if (line.empty() || !lines.read(line, item)) {
    return false;
  }
  at = {m_source.place().line, item.column};
  m_source.pass_line(line);
  return true;
}

std::optional<Record> ItemReader::next_record()
{
  if (m_finished) {
    return std::nullopt;
  }
  if (m_layout == Layout::csv) {
    return next_csv();
  }
  const Text text = next_json();
  if (!text) {
    return std::nullopt;
  }
  return *text ? record_of(**text) : Record{.item = {}, .passwords = {}, .problems = {text->error()}, .at = text->error().at};
}

Record ItemReader::record_of(const ExactJson& json)
{
  if (!m_notation && json.kind == ExactJson::Kind::object && !json.members.empty()) {
    m_notation = looks_typed(json) ? Notation::typed : Notation::plain;
  }
  return m_notation == Notation::typed ? record_from_typed_json(json) : record_from_plain_json(json);
}

std::optional<Record> ItemReader::next_csv()
{
  const auto problem_record = [](Problem problem) { return Record{.item = {}, .passwords = {}, .problems = {problem}, .at = problem.at}; };
  if (m_columns.empty()) {
    const auto header = read_csv_row(m_source);
    if (header && header->cells.empty()) {
      return std::nullopt;
    }
    auto columns = header ? csv_columns(*header) : tl::unexpected(header.error());
    if (!columns) {
      m_finished = true;
      return problem_record(columns.error());
    }
    m_columns = std::move(*columns);
  }
  const auto row = read_csv_row(m_source);
  if (!row) {
    return problem_record(row.error());
  }
  return row->cells.empty() ? std::nullopt : std::optional(record_from_csv(m_columns, *row));
}

ItemReader::Text ItemReader::next_json()
{
  switch (m_layout) {
    case Layout::lines:
      return next_of_lines();
    case Layout::document:
      return next_of_document();
    default:
      return m_in_array ? next_element() : open_scan_output();
  }
}

ItemReader::Text ItemReader::next_of_lines()
{
  m_source.stop_at_line_end(false);
  skip_white_space(m_source);
  if (m_source.peek() == TextSource::k_end) {
    return std::nullopt;
  }
  m_source.stop_at_line_end(true);
  auto json = read_json(m_source);
  if (json) {
    skip_white_space(m_source);
    // Several objects may share a line.
    if (m_source.peek() != TextSource::k_end && m_source.peek() != '{') {
      json = tl::unexpected(unexpected_byte(m_source, "the end of the line"));
    }
  }
  if (!json) {
    m_source.skip_line();
  }
  return json;
}

ItemReader::Text ItemReader::next_of_document()
{
  if (m_in_array) {
    return next_element();
  }
  skip_white_space(m_source);
  if (m_source.peek() == TextSource::k_end) {
    return std::nullopt;
  }
  if (m_source.peek() != '[') {
    return read_value();
  }
  m_source.advance();
  m_in_array = true;
  m_needs_comma = false;
  return next_element();
}

ItemReader::Text ItemReader::next_element()
{
  skip_white_space(m_source);
  if (m_source.peek() == ']') {
    m_source.advance();
    m_in_array = false;
    return m_layout == Layout::document ? next_of_document() : close_scan_output();
  }
  if (m_needs_comma) {
    if (m_source.peek() != ',') {
      return give_up(unexpected_byte(m_source, "',' or ']'"));
    }
    m_source.advance();
  }
  m_needs_comma = true;
  return read_value();
}

ItemReader::Text ItemReader::read_value()
{
  auto json = read_json(m_source);
  return json ? Text(std::move(json)) : give_up(std::move(json).error());
}

/// Reads up to the opening bracket of "Items". Its start was seen when the layout was recognised.
ItemReader::Text ItemReader::open_scan_output()
{
  m_notation = Notation::typed;
  skip_white_space(m_source);
  while (m_source.peek() == '{' || m_source.peek() == ',') {
    m_source.advance();
    const auto name = read_json(m_source);
    skip_white_space(m_source);
    if (!name || m_source.peek() != ':') {
      break;
    }
    m_source.advance();
    skip_white_space(m_source);
    if (name->text == "Items" && m_source.peek() == '[') {
      m_source.advance();
      m_in_array = true;
      m_needs_comma = false;
      return next_element();
    }
    if (const auto passed_over = pass_over_member(name->text); !passed_over) {
      return give_up(passed_over.error());
    }
    skip_white_space(m_source);
  }
  return give_up(unexpected_byte(m_source, "\"Items\""));
}

/// Passes over what follows the items, so that a file which was cut off there is noticed.
ItemReader::Text ItemReader::close_scan_output()
{
  skip_white_space(m_source);
  while (m_source.peek() == ',') {
    m_source.advance();
    const auto name = read_json(m_source);
    skip_white_space(m_source);
    if (!name || m_source.peek() != ':') {
      return give_up(name ? unexpected_byte(m_source, "':'") : name.error());
    }
    m_source.advance();
    if (const auto passed_over = pass_over_member(name->text); !passed_over) {
      return give_up(passed_over.error());
    }
    skip_white_space(m_source);
  }
  if (m_source.peek() != '}') {
    return give_up(unexpected_byte(m_source, "',' or '}'"));
  }
  m_finished = true;
  return std::nullopt;
}

tl::expected<void, Problem> ItemReader::pass_over_member(const std::string& name)
{
  const auto value = read_json(m_source);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const bool goes_on = name == "NextToken" || name == "LastEvaluatedKey";
  m_is_one_page_of_more |= goes_on && value->kind != ExactJson::Kind::null;
  return {};
}

ItemReader::Text ItemReader::give_up(Problem problem)
{
  m_finished = true;
  problem.message += "; the file was not read further";
  return tl::unexpected(std::move(problem));
}

}  // namespace davit::aws::dynamodb::format
