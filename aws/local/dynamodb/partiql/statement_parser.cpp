// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/partiql/statement_parser.hpp"

#include <fmt/format.h>

namespace davit::aws::local::dynamodb::partiql {
namespace {

constexpr std::string_view k_no_data_manipulation = "Expected data manipulation";

}  // namespace

void StatementParser::refuse(std::string refusal)
{
  if (!m_statement.refusal) {
    m_statement.refusal = std::move(refusal);
  }
}

Read<Statement> StatementParser::run()
{
  if (m_terms.at_end()) {
    return malformed("");
  }
  auto read = statement();
  if (read && !m_terms.at_end()) {
    read = malformed("Unexpected token after expression");
  }
  if (read && m_terms.peek(1).kind != StatementToken::Kind::end) {
    read = malformed("Unexpected token after expression");
  }
  if (!read) {
    return tl::unexpected(std::move(read).error());
  }
  m_statement.parameters = m_terms.parameters();
  return std::move(m_statement);
}

Read<void> StatementParser::statement()
{
  if (m_terms.skip_word("SELECT")) {
    m_statement.kind = Statement::Kind::select;
    return select();
  }
  if (m_terms.at_word("EXISTS") && m_terms.at_symbol("(", 1) && m_terms.at_word("SELECT", 2)) {
    return exists();
  }
  if (m_terms.skip_word("INSERT")) {
    m_statement.kind = Statement::Kind::insert;
    return insert();
  }
  if (m_terms.skip_word("UPDATE")) {
    m_statement.kind = Statement::Kind::update;
    return update();
  }
  if (m_terms.skip_word("DELETE")) {
    m_statement.kind = Statement::Kind::erase;
    return erase();
  }
  if (m_terms.skip_word("FROM")) {
    m_statement.kind = Statement::Kind::update;
    return update_behind_from();
  }
  return other();
}

Read<void> StatementParser::other()
{
  if (m_terms.at_word("CREATE") || m_terms.at_word("DROP")) {
    refuse(fmt::format("Unsupported operation: {}{}", m_terms.at_word("CREATE") ? "Create" : "Drop",
                       m_terms.at_word("INDEX", 1) ? "Index" : "Table"));
    return drain();
  }
  const auto term = m_terms.term();
  if (!term || !m_terms.at_end() || term->kind != Term::Kind::is_type) {
    return malformed(k_no_data_manipulation);
  }
  refuse("Unsupported operation: IsType");
  return {};
}

Read<void> StatementParser::insert()
{
  if (!m_terms.skip_word("INTO")) {
    return malformed("Expected INTO");
  }
  if (auto read = source(); !read) {
    return read;
  }
  if (m_statement.source.size() > 1) {
    m_statement.refusal = "FROM clause may only contain a single table name in data manipulation statements";
  }
  if (!m_terms.skip_word("VALUE")) {
    return insert_of_many();
  }
  const auto item = m_terms.term();
  if (!item) {
    return tl::unexpected(item.error());
  }
  if (item->kind != Term::Kind::tuple) {
    refuse("Unsupported format in item expression. Please use struct format {...} to express item values for insert statement." +
           at(item->place));
  }
  m_statement.item = *item;
  if (m_terms.at_word("RETURNING")) {
    refuse("RETURNING is not supported in INSERT");
  }
  return returning();
}

Read<void> StatementParser::insert_of_many()
{
  m_terms.skip_word("VALUES");
  if (m_terms.at_name()) {
    return malformed("Unexpected token after expression");
  }
  auto items = m_terms.term();
  if (!items) {
    return tl::unexpected(std::move(items).error());
  }
  refuse("Unsupported operation: InsertOp");
  return {};
}

Read<void> StatementParser::update()
{
  if (auto read = source(); !read) {
    return read;
  }
  if (auto read = assignments(); !read) {
    return read;
  }
  if (auto read = where(); !read) {
    return read;
  }
  return returning();
}

Read<void> StatementParser::update_behind_from()
{
  if (auto read = source(); !read) {
    return read;
  }
  if (auto read = where(); !read) {
    return read;
  }
  if (auto read = assignments(); !read) {
    return read;
  }
  return returning();
}

Read<void> StatementParser::assignments()
{
  bool has_any = false;
  while (m_terms.at_word("SET") || m_terms.at_word("REMOVE")) {
    const bool sets = m_terms.skip_word("SET");
    if (!sets) {
      m_terms.take();
    }
    if (auto read = sets ? set() : remove(); !read) {
      return read;
    }
    has_any = true;
  }
  return has_any ? Read<void>() : malformed(k_no_data_manipulation);
}

Read<void> StatementParser::set()
{
  do {
    auto target = m_terms.path();
    if (!target) {
      return tl::unexpected(std::move(target).error());
    }
    if (!m_terms.skip_symbol("=")) {
      return malformed("Expected assignment for SET");
    }
    auto value = m_terms.term();
    if (!value) {
      return tl::unexpected(std::move(value).error());
    }
    m_statement.assignments.push_back({std::move(*target), std::move(*value)});
  } while (m_terms.skip_symbol(","));
  return {};
}

Read<void> StatementParser::remove()
{
  do {
    auto target = m_terms.path();
    if (!target) {
      return tl::unexpected(std::move(target).error());
    }
    m_statement.assignments.push_back({std::move(*target), std::nullopt});
  } while (m_terms.skip_symbol(","));
  return {};
}

Read<void> StatementParser::erase()
{
  if (!m_terms.skip_word("FROM")) {
    return malformed("Expected FROM after DELETE");
  }
  if (auto read = source(); !read) {
    return read;
  }
  if (auto read = where(); !read) {
    return read;
  }
  return returning();
}

Read<void> StatementParser::returning()
{
  if (!m_terms.skip_word("RETURNING")) {
    return {};
  }
  do {
    const std::string extent = m_terms.at_word("ALL") ? "ALL" : m_terms.at_word("MODIFIED") ? "MODIFIED" : "";
    const std::string age = m_terms.at_word("OLD", 1) ? "OLD" : m_terms.at_word("NEW", 1) ? "NEW" : "";
    if (extent.empty() || age.empty()) {
      return malformed("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.");
    }
    m_terms.take();
    m_terms.take();
    const bool is_star = m_terms.skip_symbol("*");
    if (!is_star) {
      if (auto path = m_terms.path(); !path) {
        return tl::unexpected(std::move(path).error());
      }
    }
    m_statement.returning.push_back({extent + " " + age, is_star});
  } while (m_terms.skip_symbol(","));
  refuse_returning();
  return {};
}

void StatementParser::refuse_returning()
{
  const Returning& first = m_statement.returning.front();
  if (m_statement.returning.size() > 1) {
    refuse("Invalid syntax with multiple returning elements in RETURNING clause");
  } else if (!first.is_star) {
    refuse("Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
  } else if (m_statement.kind == Statement::Kind::erase && first.which != "ALL OLD") {
    refuse(fmt::format("Invalid returning clause: RETURNING {} *. Only RETURNING ALL OLD * is allowed in DELETE statements.", first.which));
  }
}

tl::expected<Statement, std::string> parse_statement(std::string_view text)
{
  auto tokens = tokenize_statement(text);
  auto statement = tokens ? StatementParser(std::move(*tokens)).run() : Read<Statement>(tl::unexpected(std::move(tokens).error()));
  if (!statement) {
    return tl::unexpected("Statement wasn't well formed, can't be processed: " + statement.error());
  }
  if (statement->refusal) {
    return tl::unexpected(std::move(*statement->refusal));
  }
  return statement;
}

}  // namespace davit::aws::local::dynamodb::partiql
