// SPDX-License-Identifier: Apache-2.0
// SELECT and its clauses, and what the other statements share with it: the table and the WHERE.
#include <fmt/format.h>

#include "aws/local/dynamodb/partiql/statement_parser.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

bool is_table_name(std::string_view name)
{
  constexpr std::size_t k_least = 3;
  constexpr std::size_t k_most = 255;
  const bool fits = name.size() >= k_least && name.size() <= k_most && std::all_of(name.begin(), name.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
                    });
  return fits || name.starts_with("arn:");
}

}  // namespace

Read<void> StatementParser::drain()
{
  while (!m_terms.at_end()) {
    m_terms.take();
  }
  return {};
}

Read<void> StatementParser::exists()
{
  m_terms.take();
  m_terms.take();
  m_terms.take();
  if (auto read = select(); !read) {
    return read;
  }
  m_statement.kind = Statement::Kind::exists;
  return m_terms.skip_symbol(")") ? Read<void>() : malformed("Expected )");
}

Read<void> StatementParser::select()
{
  if (auto read = projection(); !read) {
    return read;
  }
  if (!m_terms.skip_word("FROM")) {
    return malformed("Expected FROM after SELECT list");
  }
  if (auto read = source_of_select(); !read) {
    return read;
  }
  if (auto read = where(); !read) {
    return read;
  }
  if (auto read = unsupported_clauses(); !read) {
    return read;
  }
  return order();
}

Read<void> StatementParser::projection()
{
  for (const auto* word : {"VALUE", "PIVOT"}) {
    if (m_terms.skip_word(word)) {
      refuse("Select projection doesn't support value or pivot keywords");
    }
  }
  if (m_terms.skip_word("DISTINCT")) {
    refuse("Unsupported token in expression: DISTINCT");
  }
  do {
    if (auto read = projected(); !read) {
      return read;
    }
  } while (m_terms.skip_symbol(","));
  if (m_statement.has_star && !m_statement.projection.empty()) {
    return malformed("Other expressions may not be present in the select list when '*' is used without dot notation.");
  }
  return {};
}

Read<void> StatementParser::projected()
{
  if (m_terms.skip_symbol("*")) {
    m_statement.has_star = true;
    return {};
  }
  auto term = m_terms.term();
  if (!term) {
    return m_terms.at_word("FROM") ? malformed("Cannot have empty SELECT list") : tl::unexpected(std::move(term).error());
  }
  if (skip_alias()) {
    refuse("Aliasing is not supported");
  }
  if (term->kind != Term::Kind::path) {
    refuse("Unexpected path component" + at(term->place));
  }
  m_statement.projection.push_back(std::move(*term));
  return {};
}

bool StatementParser::skip_alias()
{
  const bool is_alias = m_terms.skip_word("AS") || m_terms.at_name();
  if (is_alias) {
    m_terms.take();
  }
  return is_alias;
}

Read<void> StatementParser::source_of_select()
{
  if (m_terms.at_end()) {
    return malformed("Unexpected term");
  }
  if (!m_terms.at_name()) {
    auto other = m_terms.term();
    if (!other) {
      return tl::unexpected(std::move(other).error());
    }
    refuse("Unexpected from source");
  } else if (auto read = source(); !read) {
    return read;
  }
  return joins();
}

Read<void> StatementParser::joins()
{
  const auto joins_more = [this] {
    for (const auto* word : {"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "OUTER"}) {
      if (m_terms.at_word(word)) {
        return true;
      }
    }
    return m_terms.at_symbol(",");
  };
  if (joins_more()) {
    refuse("Only select from a single table or index is supported.");
    return drain();
  }
  return {};
}

Read<void> StatementParser::source()
{
  if (!m_terms.at_name()) {
    return malformed("Expected identifier for simple path");
  }
  do {
    if (!m_terms.at_name()) {
      return malformed("Invalid path dot component for simple path");
    }
    m_statement.source.push_back(m_terms.take().text);
  } while (m_terms.skip_symbol("."));
  constexpr std::size_t k_table_and_index = 2;
  if (m_statement.source.size() > k_table_and_index) {
    refuse("A path may contain at most 2 components in the FROM clause");
  }
  if (std::any_of(m_statement.source.begin(), m_statement.source.end(), [](const std::string& part) { return part.empty(); })) {
    refuse("Path component cannot be an empty string");
  }
  // Of an INSERT the service looks for the table first, and behind it expects VALUE.
  if (m_statement.kind == Statement::Kind::insert) {
    return {};
  }
  if (skip_alias()) {
    refuse("Aliasing is not supported");
  }
  if (std::any_of(m_statement.source.begin(), m_statement.source.end(), [](const std::string& part) { return !is_table_name(part); })) {
    refuse("Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', '-', '_', '.'.");
  }
  return {};
}

Read<void> StatementParser::where()
{
  if (!m_terms.skip_word("WHERE")) {
    return {};
  }
  auto term = m_terms.term();
  if (!term) {
    return tl::unexpected(std::move(term).error());
  }
  m_statement.where = std::move(*term);
  return {};
}

Read<void> StatementParser::unsupported_clauses()
{
  if (m_terms.at_word("GROUP") || m_terms.at_word("HAVING") || m_terms.at_word("LET")) {
    refuse(m_terms.at_word("GROUP") ? "Unsupported clause: GROUP BY" : "Unsupported clause: " + m_terms.peek().text);
    return drain();
  }
  return {};
}

Read<void> StatementParser::order()
{
  if (m_terms.at_word("ORDER") && m_terms.at_word("BY", 1)) {
    m_terms.take();
    m_terms.take();
    do {
      auto term = m_terms.term();
      if (!term) {
        return tl::unexpected(std::move(term).error());
      }
      const bool is_descending = m_terms.skip_word("DESC");
      if (!is_descending) {
        m_terms.skip_word("ASC");
      }
      m_statement.order.push_back({std::move(*term), is_descending});
    } while (m_terms.skip_symbol(","));
  }
  return limit();
}

Read<void> StatementParser::limit()
{
  for (const auto* word : {"LIMIT", "OFFSET"}) {
    if (m_terms.skip_word(word)) {
      auto term = m_terms.term();
      if (!term) {
        return tl::unexpected(std::move(term).error());
      }
      refuse(fmt::format("Unsupported clause: {}{}", word, at(term->place)));
    }
  }
  return {};
}

}  // namespace davit::aws::local::dynamodb::partiql
