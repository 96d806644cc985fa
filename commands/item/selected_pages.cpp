// SPDX-License-Identifier: Apache-2.0
#include "commands/item/selected_pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/dynamodb/format/plain_json.hpp"
#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

namespace ddb = aws::dynamodb;

bool is_table(cli::Format format)
{
  return format == cli::Format::table || format == cli::Format::tsv;
}

}  // namespace

SelectedPages::SelectedPages(cli::Context& context, Printing printing)
    : m_context(context),
      m_printing(std::move(printing)),
      m_format(format_of(context)),
      m_has_model(m_printing.limit > 0 || is_table(m_format)),
      m_text({}, m_no_columns)
{
}

Result<ddb::Item> SelectedPages::read(const std::string& operation, const std::string& body)
{
  if (m_has_model || m_printing.only_count) {
    DAVIT_TRY_ASSIGN(const Json answer, ddb::answer_of(operation, body));
    DAVIT_TRY_ASSIGN(m_page, ddb::page_from_json(answer));
  } else {
    DAVIT_TRY_ASSIGN(m_page, m_text.read(operation, body));
  }
  return m_page.last_key;
}

Status SelectedPages::take()
{
  ++m_pages;
  m_scanned += m_page.scanned;
  m_consumed_capacity += m_page.consumed_capacity;
  m_next_key = m_page.last_key;
  if (m_printing.only_count) {
    m_count += m_page.count;
    return {};
  }
  for (std::size_t i = 0; !m_has_model && i < m_text.size(); ++i) {
    DAVIT_TRY(print_text(m_text.item(i).text));
  }
  for (std::size_t i = 0; m_has_model && i < m_page.items.size(); ++i) {
    if (is_full()) {
      return cut_behind(m_page.items[i - 1]);
    }
    DAVIT_TRY(print(m_page.items[i]));
  }
  return {};
}

Status SelectedPages::cut_behind(const ddb::Item& item)
{
  DAVIT_TRY_ASSIGN(const auto names, m_printing.key_names());
  m_next_key.clear();
  for (const auto& name : names) {
    const auto found = item.find(name);
    if (found != item.end()) {
      m_next_key.insert(*found);
    }
  }
  return {};
}

std::optional<int> SelectedPages::wanted(bool is_filtered) const
{
  constexpr std::int64_t k_most = 100'000;
  constexpr std::int64_t k_least = 64;
  if (m_printing.limit == 0) {
    return std::nullopt;
  }
  const std::int64_t left = m_printing.limit - m_count;
  const std::int64_t evaluated = is_filtered ? std::max(left, k_least) << std::min(2 * m_pages, 20) : left;
  return evaluated > k_most && is_filtered ? std::nullopt : std::optional(static_cast<int>(std::min(evaluated, k_most)));
}

Status SelectedPages::print(const ddb::Item& item)
{
  ddb::Item shown = item;
  for (const auto& name : m_printing.hidden) {
    shown.erase(name);
  }
  if (!is_table(m_format)) {
    return print_text(ddb::format::to_plain_json(shown));
  }
  ++m_count;
  m_items.push_back(std::move(shown));
  return {};
}

bool SelectedPages::is_document() const
{
  return m_format == cli::Format::json || m_format == cli::Format::yaml;
}

/// One document, which is YAML too. A JSON library would round the numbers.
Status SelectedPages::print_text(std::string_view text)
{
  auto& out = m_context.streams().out;
  if (is_document()) {
    DAVIT_TRY(out.write(m_count == 0 ? "{\n  \"items\": [\n    " : ",\n    "));
  }
  ++m_count;
  DAVIT_TRY(out.write(text));
  return out.write(is_document() ? "" : "\n");
}

std::string SelectedPages::totals() const
{
  const std::string next = is_full() && !m_next_key.empty() ? ddb::format::to_plain_json(m_next_key) : "null";
  return fmt::format("  \"count\": {},\n  \"scanned\": {},\n  \"consumedCapacity\": {},\n  \"nextKey\": {}\n}}\n", m_count, m_scanned,
                     m_consumed_capacity, next);
}

/// Where the output is the items and nothing else, what follows is said beside it.
Status SelectedPages::say_what_follows()
{
  if (!is_full() || m_next_key.empty() || m_context.globals().quiet) {
    return {};
  }
  std::string quoted;
  for (const char c : ddb::format::to_plain_json(m_next_key)) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return m_context.streams().err.write(fmt::format("davit: more may follow: --start-key '{}'\n", quoted));
}

Result<cli::Outcome> SelectedPages::finish()
{
  if (m_printing.only_count) {
    return cli::Outcome{.document = {.data = {{"count", m_count}, {"scanned", m_scanned}, {"consumedCapacity", m_consumed_capacity}}}};
  }
  if (is_document()) {
    auto& out = m_context.streams().out;
    DAVIT_TRY(out.write(m_count == 0 ? "{\n  \"items\": [" : "\n  "));
    DAVIT_TRY(out.write("],\n" + totals()));
    return cli::Outcome{};
  }
  DAVIT_TRY(say_what_follows());
  return is_table(m_format) ? cli::Outcome{.document = {.data = OrderedJson::object(), .table = table_of(m_items)}} : cli::Outcome{};
}

}  // namespace davit::commands::item
