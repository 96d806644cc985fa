// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/layout.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/typed_json.hpp"

namespace davit::aws::dynamodb::format {
namespace {

bool has_json_name(std::string_view file_name)
{
  constexpr std::array<std::string_view, 3> k_endings{".json", ".jsonl", ".ndjson"};
  return std::any_of(k_endings.begin(), k_endings.end(), [&](std::string_view ending) { return file_name.ends_with(ending); });
}

bool is_value(std::string_view line)
{
  TextSource source = TextSource::of_text(std::string(line), {});
  return read_json(source).has_value();
}

/// Whether the text is one or more complete objects and nothing else.
bool is_objects(std::string_view line)
{
  TextSource source = TextSource::of_text(std::string(line), {});
  bool any = false;
  for (skip_white_space(source); source.peek() == '{'; skip_white_space(source)) {
    if (!read_json(source)) {
      return false;
    }
    any = true;
  }
  return any && source.peek() == TextSource::k_end;
}

/// A broken line says nothing about the layout, so one good line decides.
bool has_line_of_objects(std::string_view start, bool is_whole)
{
  while (!start.empty()) {
    const auto end = start.find('\n');
    if (end == std::string_view::npos && !is_whole) {
      return false;
    }
    if (is_objects(start.substr(0, end))) {
      return true;
    }
    start.remove_prefix(end == std::string_view::npos ? start.size() : end + 1);
  }
  return false;
}

/// What follows "Items": items of DynamoDB JSON, or none at all.
bool has_typed_elements(TextSource& source, bool counts_seen)
{
  skip_white_space(source);
  if (source.peek() != '[') {
    return false;
  }
  source.advance();
  skip_white_space(source);
  if (source.peek() == ']') {
    source.advance();
    skip_white_space(source);
    return counts_seen || source.peek() == ',';
  }
  const auto first = read_json(source);
  return first ? looks_typed(*first) : first.error().reason == Reason::json_truncated;
}

bool is_scan_output(std::string_view start)
{
  TextSource source = TextSource::of_text(std::string(start), {});
  bool counts_seen = false;
  for (skip_white_space(source); source.peek() == (counts_seen ? ',' : '{'); skip_white_space(source)) {
    source.advance();
    skip_white_space(source);
    const auto name = source.peek() == '"' ? read_json(source) : tl::unexpected(Problem{});
    skip_white_space(source);
    if (!name || source.peek() != ':') {
      return false;
    }
    source.advance();
    if (name->text == "Items") {
      return has_typed_elements(source, counts_seen);
    }
    if (!belongs_to_scan_output(name->text) || !read_json(source)) {
      return false;
    }
    counts_seen = true;
  }
  return false;
}

}  // namespace

bool belongs_to_scan_output(std::string_view member)
{
  constexpr std::array<std::string_view, 5> k_members{"Count", "ScannedCount", "ConsumedCapacity", "LastEvaluatedKey", "NextToken"};
  return std::find(k_members.begin(), k_members.end(), member) != k_members.end();
}

Layout detect_layout(std::string_view start, bool is_whole, std::string_view file_name)
{
  const auto first = start.find_first_not_of(" \t\r\n");
  const char c = first == std::string_view::npos ? '\0' : start[first];
  if (file_name.ends_with(".csv") || (c != '{' && c != '[' && !has_json_name(file_name))) {
    return Layout::csv;
  }
  if (c == '{' && is_scan_output(start)) {
    return Layout::scan_output;
  }
  const bool is_named_lines = file_name.ends_with(".jsonl") || file_name.ends_with(".ndjson");
  if (c == '[') {
    return is_named_lines && is_value(start.substr(0, start.find('\n', first))) ? Layout::lines : Layout::document;
  }
  const bool is_one_line = first == std::string_view::npos || start.find('\n', first) == std::string_view::npos;
  return is_named_lines || is_one_line || has_line_of_objects(start, is_whole) ? Layout::lines : Layout::document;
}

}  // namespace davit::aws::dynamodb::format
