// SPDX-License-Identifier: Apache-2.0
// `variable` blocks in Terraform's native syntax.
#include <fmt/format.h>

#include "commands/terraform/module.hpp"

namespace davit::commands::terraform {
namespace {

/// Walks the top level of a file: attributes and blocks, whose bodies are skipped unless they declare variables.
class BodyReader
{
public:
  explicit BodyReader(const TokenizedFile& file) : m_file(file) {}

  Status run()
  {
    for (skip_newlines(); current().kind != Token::Kind::end; skip_newlines()) {
      DAVIT_TRY(item());
    }
    return {};
  }

  std::vector<Variable> variables;
  std::set<std::string> attributes;

private:
  [[nodiscard]] const Token& current() const { return m_file.tokens[m_at]; }
  [[nodiscard]] bool at(std::string_view punctuation) const
  {
    return current().kind == Token::Kind::punctuation && current().text == punctuation;
  }

  void advance() { m_at += m_at + 1 < m_file.tokens.size() ? 1 : 0; }

  void skip_newlines()
  {
    while (current().kind == Token::Kind::newline) {
      advance();
    }
  }

  [[nodiscard]] Error problem(const Token& token, std::string message) const
  {
    Error error = usage_error(fmt::format("{} is no Terraform configuration", m_file.name), "`terraform validate` says more");
    error.diagnostics.push_back(m_file.diagnostic(token.offset, std::move(message)));
    return error;
  }

  /// name = expression, or name "label" { body }.
  Status item()
  {
    const Token head = current();
    if (head.kind != Token::Kind::identifier) {
      return fail(problem(head, "expected a block or an attribute"));
    }
    advance();
    if (at("=")) {
      attributes.insert(head.text);
      advance();
      return skip_expression();
    }
    std::vector<std::string> labels;
    while (current().kind == Token::Kind::identifier || current().kind == Token::Kind::text) {
      labels.push_back(current().text);
      advance();
    }
    if (!at("{")) {
      return fail(problem(current(), fmt::format("expected `{{` or `=` after `{}`", head.text)));
    }
    return head.text == "variable" && labels.size() == 1 ? variable(head, labels.front()) : skip_brackets();
  }

  /// From an opening bracket past the one that closes it.
  Status skip_brackets()
  {
    const Token open = current();
    int depth = 0;
    do {
      if (current().kind == Token::Kind::end) {
        return fail(problem(open, fmt::format("the `{}` that stands here is never closed", open.text)));
      }
      if (current().kind == Token::Kind::punctuation) {
        depth += std::string_view("([{").find(current().text) != std::string_view::npos ? 1 : 0;
        depth -= std::string_view(")]}").find(current().text) != std::string_view::npos ? 1 : 0;
      }
      advance();
    } while (depth > 0);
    return {};
  }

  /// To the end of the line, or to the bracket that closes what the expression stands in.
  Status skip_expression()
  {
    while (current().kind != Token::Kind::newline && current().kind != Token::Kind::end && !at("}")) {
      if (at("(") || at("[") || at("{")) {
        DAVIT_TRY(skip_brackets());
      } else {
        advance();
      }
    }
    return {};
  }

  Status variable(const Token& head, const std::string& name)
  {
    Variable declared{.name = name, .type = {}, .place = m_file.diagnostic(head.offset, {})};
    declared.place.width = static_cast<int>(std::string_view("variable").size());
    const Token open = current();
    advance();
    for (skip_newlines(); !at("}"); skip_newlines()) {
      if (current().kind == Token::Kind::end) {
        return fail(problem(open, "the block that opens here is never closed"));
      }
      DAVIT_TRY(argument(declared));
    }
    advance();
    variables.push_back(std::move(declared));
    return {};
  }

  Status argument(Variable& declared)
  {
    const Token name = current();
    if (name.kind != Token::Kind::identifier) {
      return fail(problem(name, "expected an argument of the variable"));
    }
    advance();
    if (!at("=")) {
      declared.has_validation = declared.has_validation || name.text == "validation";
      while (!at("{") && current().kind != Token::Kind::end && current().kind != Token::Kind::newline) {
        advance();
      }
      return at("{") ? skip_brackets() : Status(fail(problem(name, fmt::format("expected `=` or `{{` after `{}`", name.text))));
    }
    advance();
    if (name.text == "type") {
      DAVIT_TRY_ASSIGN(declared.type, read_type(m_file, m_at));
      return {};
    }
    const bool is_false = current().text == "false";
    declared.has_default = declared.has_default || name.text == "default";
    declared.nullable = name.text == "nullable" ? !is_false : declared.nullable;
    declared.sensitive = name.text == "sensitive" ? !is_false : declared.sensitive;
    return skip_expression();
  }

  const TokenizedFile& m_file;
  std::size_t m_at = 0;
};

}  // namespace

Result<std::vector<Variable>> read_native_variables(const TokenizedFile& file)
{
  BodyReader reader{file};
  DAVIT_TRY(reader.run());
  return std::move(reader.variables);
}

std::set<std::string> assigned_names(const TokenizedFile& file)
{
  BodyReader reader{file};
  // What cannot be read is Terraform's to refuse; the names before it count.
  static_cast<void>(reader.run());
  return std::move(reader.attributes);
}

}  // namespace davit::commands::terraform
