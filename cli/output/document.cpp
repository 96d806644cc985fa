// SPDX-License-Identifier: Apache-2.0
#include "cli/output/document.hpp"

#include <fmt/format.h>

#include "cli/output/table.hpp"
#include "cli/output/yaml.hpp"

namespace davit::cli {
namespace {

std::string one_line(const OrderedJson& value)
{
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::string render_json_lines(const Document& document)
{
  if (document.list_member.empty() || !document.data.contains(document.list_member)) {
    return one_line(document.data);
  }
  std::string out;
  for (const auto& element : document.data.at(document.list_member)) {
    out += one_line(element);
  }
  return out;
}

Table table_of(const Document& document)
{
  return document.table ? *document.table : table_of_members(document.data);
}

}  // namespace

std::string render(const Document& document, Format format)
{
  switch (format) {
    case Format::table:
      return render_table(table_of(document));
    case Format::json:
      return dump_pretty(document.data) + "\n";
    case Format::jsonl:
      return render_json_lines(document);
    case Format::yaml:
      return render_yaml(document.data);
    case Format::tsv:
      return render_tsv(table_of(document));
  }
  return {};
}

std::string render(const Document& document, std::optional<Format> chosen, bool to_terminal)
{
  if (!chosen && document.text) {
    return *document.text;
  }
  return document.data.is_null() && !document.table ? "" : render(document, chosen.value_or(to_terminal ? Format::table : Format::json));
}

Result<Format> parse_format(std::string_view name)
{
  constexpr std::pair<std::string_view, Format> k_formats[] = {
      {"table", Format::table}, {"json", Format::json}, {"jsonl", Format::jsonl}, {"yaml", Format::yaml}, {"tsv", Format::tsv}};
  for (const auto& [known, format] : k_formats) {
    if (name == known) {
      return format;
    }
  }
  return fail(usage_error(fmt::format("'{}' is no output format", name), "use table, json, jsonl, yaml or tsv"));
}

}  // namespace davit::cli
