// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace davit::commands::terraform {
namespace {

constexpr int k_max_depth = 50;

constexpr std::pair<std::string_view, Type::Kind> k_names[] = {
    {"any", Type::Kind::any},      {"string", Type::Kind::string}, {"number", Type::Kind::number},
    {"bool", Type::Kind::boolean}, {"list", Type::Kind::list},     {"set", Type::Kind::set},
    {"map", Type::Kind::map},      {"object", Type::Kind::object}, {"tuple", Type::Kind::tuple}};

std::string_view name_of(Type::Kind kind)
{
  return std::find_if(std::begin(k_names), std::end(k_names), [&](const auto& entry) { return entry.second == kind; })->first;
}

/// Recursive descent over the tokens of one type expression.
class TypeReader
{
public:
  TypeReader(const TokenizedFile& file, std::size_t& at) : m_file(file), m_at(at) {}

  Result<Type> read(int depth)
  {
    skip_newlines();
    const Token& word = current();
    const bool is_name = word.kind == Token::Kind::identifier || word.kind == Token::Kind::text;
    const auto known = std::find_if(std::begin(k_names), std::end(k_names), [&](const auto& entry) { return entry.first == word.text; });
    if (!is_name || known == std::end(k_names) || depth > k_max_depth) {
      return fail(problem(fmt::format("\"{}\" is no type", word.text),
                          "string, number, bool, list(...), set(...), map(...), object({...}), tuple([...]) or any"));
    }
    // Up to Terraform 0.11 types were texts.
    const bool quoted = word.kind == Token::Kind::text;
    ++m_at;
    return arguments(known->second, quoted, depth);
  }

private:
  [[nodiscard]] const Token& current() const { return m_file.tokens[std::min(m_at, m_file.tokens.size() - 1)]; }

  void skip_newlines()
  {
    while (current().kind == Token::Kind::newline) {
      ++m_at;
    }
  }

  bool take(std::string_view punctuation)
  {
    const bool found = current().kind == Token::Kind::punctuation && current().text == punctuation;
    m_at += found ? 1 : 0;
    return found;
  }

  [[nodiscard]] Error problem(std::string message, std::string hint = {}) const
  {
    Error error = usage_error(fmt::format("{} has a type that davit cannot read", m_file.name));
    error.diagnostics.push_back(m_file.diagnostic(current().offset, std::move(message), std::move(hint)));
    return error;
  }

  Status expect(std::string_view punctuation)
  {
    skip_newlines();
    return take(punctuation) ? Status{} : Status(fail(problem(fmt::format("expected `{}`, found `{}`", punctuation, current().text))));
  }

  Result<Type> arguments(Type::Kind kind, bool quoted, int depth)
  {
    Type type{.kind = kind, .elements = {}, .attributes = {}};
    switch (kind) {
      case Type::Kind::any:
      case Type::Kind::string:
      case Type::Kind::number:
      case Type::Kind::boolean:
        return type;
      case Type::Kind::list:
      case Type::Kind::set:
      case Type::Kind::map:
        return collection(std::move(type), quoted, depth);
      case Type::Kind::object:
        return object(std::move(type), depth);
      case Type::Kind::tuple:
        return tuple(std::move(type), depth);
    }
    return type;
  }

  /// `map` alone means map(any).
  Result<Type> collection(Type type, bool quoted, int depth)
  {
    if (quoted || !take("(")) {
      type.elements.emplace_back();
      return type;
    }
    DAVIT_TRY_ASSIGN(Type element, read(depth + 1));
    type.elements.push_back(std::move(element));
    DAVIT_TRY(expect(")"));
    return type;
  }

  Result<Type> tuple(Type type, int depth)
  {
    DAVIT_TRY(expect("("));
    DAVIT_TRY(expect("["));
    skip_newlines();
    while (!take("]")) {
      DAVIT_TRY_ASSIGN(Type element, read(depth + 1));
      type.elements.push_back(std::move(element));
      skip_newlines();
      take(",");
      skip_newlines();
    }
    DAVIT_TRY(expect(")"));
    return type;
  }

  Result<Type> object(Type type, int depth)
  {
    DAVIT_TRY(expect("("));
    DAVIT_TRY(expect("{"));
    skip_newlines();
    while (!take("}")) {
      DAVIT_TRY_ASSIGN(Attribute attribute, read_attribute(depth));
      type.attributes.push_back(std::move(attribute));
      take(",");
      skip_newlines();
    }
    DAVIT_TRY(expect(")"));
    return type;
  }

  Result<Attribute> read_attribute(int depth)
  {
    const bool is_name = current().kind == Token::Kind::identifier || current().kind == Token::Kind::text;
    if (!is_name) {
      return fail(problem(fmt::format("expected the name of an attribute, found `{}`", current().text)));
    }
    Attribute attribute{.name = current().text, .type = {}};
    ++m_at;
    if (!take("=") && !take(":")) {
      return fail(problem(fmt::format("expected `=`, found `{}`", current().text)));
    }
    skip_newlines();
    if (current().kind == Token::Kind::identifier && current().text == "optional") {
      ++m_at;
      attribute.optional = true;
      DAVIT_TRY(expect("("));
      DAVIT_TRY_ASSIGN(attribute.type, read(depth + 1));
      DAVIT_TRY(skip_to_closing_parenthesis());
    } else {
      DAVIT_TRY_ASSIGN(attribute.type, read(depth + 1));
    }
    return attribute;
  }

  /// Past the default value of optional(type, default), whatever it is.
  Status skip_to_closing_parenthesis()
  {
    for (int depth = 1; depth > 0; ++m_at) {
      const Token& token = current();
      if (token.kind == Token::Kind::end) {
        return fail(problem("optional(...) never ends"));
      }
      if (token.kind == Token::Kind::punctuation) {
        depth += std::string_view("([{").find(token.text) != std::string_view::npos ? 1 : 0;
        depth -= std::string_view(")]}").find(token.text) != std::string_view::npos ? 1 : 0;
      }
    }
    return {};
  }

  const TokenizedFile& m_file;
  std::size_t& m_at;
};

}  // namespace

std::string to_string(const Type& type)
{
  std::string inner;
  for (const auto& attribute : type.attributes) {
    const std::string text = to_string(attribute.type);
    inner +=
        fmt::format("{}{} = {}", inner.empty() ? "" : ", ", attribute.name, attribute.optional ? fmt::format("optional({})", text) : text);
  }
  for (const auto& element : type.elements) {
    inner += (inner.empty() ? "" : ", ") + to_string(element);
  }
  const std::string_view name = name_of(type.kind);
  switch (type.kind) {
    case Type::Kind::object:
      return fmt::format("{}({{{}}})", name, inner);
    case Type::Kind::tuple:
      return fmt::format("{}([{}])", name, inner);
    case Type::Kind::list:
    case Type::Kind::set:
    case Type::Kind::map:
      return fmt::format("{}({})", name, inner);
    case Type::Kind::any:
    case Type::Kind::string:
    case Type::Kind::number:
    case Type::Kind::boolean:
      break;
  }
  return std::string(name);
}

Result<Type> read_type(const TokenizedFile& file, std::size_t& at)
{
  return TypeReader(file, at).read(0);
}

}  // namespace davit::commands::terraform
