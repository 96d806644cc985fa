// SPDX-License-Identifier: Apache-2.0
#include "commands/item/item_list.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/format/plain_json.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {
ItemList::ItemList(cli::Context& context) : m_out(context.streams().out), m_format(format_of(context)) {}

Status ItemList::add(aws::dynamodb::Item item)
{
  ++m_count;
  switch (m_format) {
    case cli::Format::table:
    case cli::Format::tsv:
      m_items.push_back(std::move(item));
      return {};
    case cli::Format::jsonl:
      return m_out.write(aws::dynamodb::format::to_plain_json(item) + "\n");
    default:
      // One document, which is YAML too. A JSON library would round the numbers.
      return m_out.write((m_count == 1 ? "{\n  \"items\": [\n    " : ",\n    ") + aws::dynamodb::format::to_plain_json(item));
  }
}

Result<cli::Outcome> ItemList::finish(const OrderedJson& more)
{
  if (m_format == cli::Format::table || m_format == cli::Format::tsv) {
    return cli::Outcome{.document = {.data = OrderedJson::object(), .table = table_of(m_items)}};
  }
  if (m_format == cli::Format::jsonl) {
    return cli::Outcome{};
  }
  std::string end = m_count == 0 ? "{\n  \"items\": [" : "\n  ";
  end += fmt::format("],\n  \"count\": {}", m_count);
  for (const auto& [name, value] : more.items()) {
    end += fmt::format(",\n  \"{}\": {}", name, value.dump());
  }
  DAVIT_TRY(m_out.write(end + "\n}\n"));
  return cli::Outcome{};
}

}  // namespace davit::commands::item
