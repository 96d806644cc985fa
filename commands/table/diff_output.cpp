// SPDX-License-Identifier: Apache-2.0
#include "commands/table/diff_output.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::commands::table {
namespace {

using aws::dynamodb::AttributeValue;
using aws::dynamodb::format::to_plain_json;

std::string plain_or(const AttributeValue* value, std::string_view absent)
{
  return value == nullptr ? std::string(absent) : to_plain_json(*value);
}

std::string_view change_of(const ItemDifference& difference)
{
  return difference.before == nullptr ? "added" : difference.after == nullptr ? "removed" : "changed";
}

/// One object. An absent value is left out, because a null would be one of DynamoDB's own.
std::string to_json_line(const ItemDifference& difference)
{
  std::string out = fmt::format("{{\"change\":\"{}\",\"key\":{}", change_of(difference), to_plain_json(difference.key));
  if (difference.attributes.empty()) {
    return out + ",\"item\":" + to_plain_json(difference.before == nullptr ? *difference.after : *difference.before) + "}";
  }
  char separator = '[';
  out += ",\"attributes\":";
  for (const auto& attribute : difference.attributes) {
    out += std::exchange(separator, ',');
    out += "{\"path\":";
    aws::dynamodb::append_json_string(out, attribute.path);
    out += attribute.before == nullptr ? "" : ",\"before\":" + to_plain_json(*attribute.before);
    out += attribute.after == nullptr ? "" : ",\"after\":" + to_plain_json(*attribute.after);
    out += '}';
  }
  return out + "]}";
}

}  // namespace

DiffPrinter::DiffPrinter(cli::Context& context, bool is_summary)
    : m_out(context.streams().out),
      m_format(context.globals().output.value_or(context.streams().out.is_terminal() ? cli::Format::table : cli::Format::json)),
      m_is_summary(is_summary)
{
}

Status DiffPrinter::print(const ItemDifference& difference)
{
  if (m_is_summary) {
    return {};
  }
  const bool is_first = !std::exchange(m_has_printed, true);
  switch (m_format) {
    case cli::Format::table:
    case cli::Format::tsv:
      return print_for_people(difference);
    case cli::Format::jsonl:
      return m_out.write(to_json_line(difference) + "\n");
    default:
      return m_out.write((is_first ? "{\n  \"differences\": [\n    " : ",\n    ") + to_json_line(difference));
  }
}

Status DiffPrinter::print_for_people(const ItemDifference& difference)
{
  const std::string key = to_plain_json(difference.key);
  if (difference.attributes.empty()) {
    const auto& item = difference.before == nullptr ? *difference.after : *difference.before;
    return m_out.write(fmt::format("{} {}\n", difference.before == nullptr ? '+' : '-', to_plain_json(item)));
  }
  DAVIT_TRY(m_out.write(fmt::format("~ {}\n", key)));
  for (const auto& attribute : difference.attributes) {
    DAVIT_TRY(m_out.write(
        fmt::format("    {}: {} -> {}\n", attribute.path, plain_or(attribute.before, "nothing"), plain_or(attribute.after, "nothing"))));
  }
  return {};
}

Status DiffPrinter::finish(const DiffCounts& counts)
{
  if (m_format == cli::Format::table || m_format == cli::Format::tsv) {
    return m_out.write(
        fmt::format("{} added, {} removed, {} changed, {} the same\n", counts.added, counts.removed, counts.changed, counts.same));
  }
  const std::string members = fmt::format("\"added\": {},\n  \"removed\": {},\n  \"changed\": {},\n  \"same\": {}\n}}\n", counts.added,
                                          counts.removed, counts.changed, counts.same);
  if (m_format != cli::Format::jsonl) {
    return m_out.write((m_has_printed ? "\n  ],\n  " : "{\n  \"differences\": [],\n  ") + members);
  }
  return m_is_summary ? m_out.write(fmt::format("{{\"added\":{},\"removed\":{},\"changed\":{},\"same\":{}}}\n", counts.added,
                                                counts.removed, counts.changed, counts.same))
                      : Status{};
}

}  // namespace davit::commands::table
