// SPDX-License-Identifier: Apache-2.0
#include "commands/item/collection.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/item_size.hpp"

namespace davit::commands::item {
namespace {

namespace ddb = aws::dynamodb;

/// The sort keys of the items above the one at hand.
class Ancestors
{
public:
  /// How many items stand above this one, whose own sort key is kept for those that follow.
  std::size_t depth_of(const std::string& sort)
  {
    while (!m_sorts.empty() && !is_below(sort, m_sorts.back())) {
      m_sorts.pop_back();
    }
    const std::size_t depth = m_sorts.size();
    m_sorts.push_back(sort);
    return depth;
  }

  /// The sort key above the one that depth_of() was told last.
  [[nodiscard]] OrderedJson parent() const { return m_sorts.size() < 2 ? OrderedJson(nullptr) : OrderedJson(m_sorts[m_sorts.size() - 2]); }

private:
  static bool is_below(std::string_view sort, std::string_view above)
  {
    constexpr std::string_view k_marks = "#|:/";
    const bool begins_so = !above.empty() && sort.size() > above.size() && sort.starts_with(above);
    return begins_so &&
           (k_marks.find(sort[above.size()]) != std::string_view::npos || k_marks.find(above.back()) != std::string_view::npos);
  }

  std::vector<std::string> m_sorts;
};

class CollectionPrinter
{
public:
  CollectionPrinter(cli::Context& context, const CollectionRequest& request)
      : m_out(context.streams().out), m_format(format_of(context)), m_request(request)
  {
  }

  Status print(const ddb::Item& item)
  {
    const KeyText key = key_text(item, m_request.schema);
    const std::string sort = key.sort.value_or("");
    const std::size_t depth = m_ancestors.depth_of(sort);
    const auto entity = m_request.patterns.entity_of(key);
    const std::size_t size = ddb::item_size(item);
    const bool is_first = m_items++ == 0;
    m_bytes += size;
    if (m_format == cli::Format::table || m_format == cli::Format::tsv) {
      DAVIT_TRY(m_out.write(is_first ? key.partition + "\n" : ""));
      return m_out.write(line(depth, sort, entity, size, item));
    }
    OrderedJson json{{"sort", sort}, {"depth", depth}, {"parent", m_ancestors.parent()}, {"sizeBytes", size}};
    json["entity"] = entity ? OrderedJson(*entity) : OrderedJson(nullptr);
    std::string text = json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    text.pop_back();
    text += ",\"item\":" + ddb::format::to_plain_json(item) + "}";
    return m_out.write(m_format == cli::Format::jsonl ? text + "\n" : (is_first ? "{\n  \"items\": [\n    " : ",\n    ") + text);
  }

  Status finish()
  {
    const bool is_document = m_format == cli::Format::json || m_format == cli::Format::yaml;
    return is_document ? m_out.write(fmt::format("\n  ],\n  \"count\": {},\n  \"bytes\": {}\n}}\n", m_items, m_bytes)) : Status{};
  }

  [[nodiscard]] std::int64_t items() const { return m_items; }

private:
  /// The key's attributes are told by the line's place.
  std::string line(std::size_t depth, const std::string& sort, const std::optional<std::string>& entity, std::size_t size,
                   const ddb::Item& item) const
  {
    ddb::Item others = item;
    for (const auto& attribute : m_request.schema.attributes()) {
      others.erase(attribute.name);
    }
    const std::string name = entity ? fmt::format("  ({})", *entity) : "";
    return fmt::format("{:{}}{}{}  {} B  {}\n", "", 2 * (depth + 1), sort, name, size, ddb::format::to_plain_json(others));
  }

  cli::OutStream& m_out;
  cli::Format m_format;
  const CollectionRequest& m_request;
  Ancestors m_ancestors;
  std::int64_t m_items = 0;
  std::size_t m_bytes = 0;
};

}  // namespace

Result<cli::Outcome> print_collection(cli::Context& context, Access& access, const CollectionRequest& request)
{
  ddb::QueryRequest query;
  query.table = access.target.physical_name;
  query.key_condition = "#davit_pk = :davit_pk";
  query.placeholders.names.emplace("#davit_pk", request.schema.partition.front().name);
  query.placeholders.values.emplace(":davit_pk", request.partition);
  CollectionPrinter printer{context, request};
  const InterruptScope interrupt;
  do {
    DAVIT_TRY_ASSIGN(ddb::Page page, access.client.query(query));
    for (const auto& item : page.items) {
      DAVIT_TRY(printer.print(item));
    }
    if (!page.last_key.empty() && page.last_key == query.start_key) {
      return fail(failed_error("the service gives the same page again and again, so the end is never reached"));
    }
    query.start_key = std::move(page.last_key);
  } while (!query.start_key.empty());
  if (printer.items() == 0) {
    return fail(
        not_found_error(fmt::format("table {} has no item with the partition key {}", access.target.name, cell_of(request.partition))));
  }
  DAVIT_TRY(printer.finish());
  return cli::Outcome{};
}

}  // namespace davit::commands::item
