// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "aws/local/dynamodb/expression/parser.hpp"
#include "aws/local/dynamodb/expression/token_stream.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr int k_max_operand_depth = 320;
constexpr std::string_view k_redundant_operand_parentheses = "The expression has redundant parentheses;";

struct Section {
  std::string_view keyword;
  UpdateAction::Kind kind;
};

constexpr std::array<Section, 4> k_sections{{{"SET", UpdateAction::Kind::set},
                                             {"REMOVE", UpdateAction::Kind::remove},
                                             {"ADD", UpdateAction::Kind::add},
                                             {"DELETE", UpdateAction::Kind::erase}}};

constexpr std::array<std::string_view, 4> k_update_keywords{"SET", "REMOVE", "ADD", "DELETE"};

class UpdateParser
{
public:
  explicit UpdateParser(std::string_view text) : m_tokens(text, k_update_keywords) {}

  Parsed<UpdateExpression> run()
  {
    do {
      if (auto read = section(); !read) {
        return tl::unexpected(std::move(read).error());
      }
    } while (!m_tokens.at_end());
    if (m_redundant) {
      return tl::unexpected(std::string(k_redundant_operand_parentheses));
    }
    if (m_operators > k_max_operators) {
      return too_many_operators();
    }
    return std::move(m_update);
  }

private:
  Parsed<void> section()
  {
    for (const Section& section : k_sections) {
      if (m_tokens.skip_keyword(section.keyword)) {
        return actions(section.kind);
      }
    }
    return m_tokens.syntax_error();
  }

  Parsed<void> actions(UpdateAction::Kind kind)
  {
    m_update.sections.push_back(kind);
    do {
      auto path = m_tokens.path();
      if (!path) {
        return tl::unexpected(std::move(path).error());
      }
      m_update.actions.push_back({.kind = kind, .path = std::move(*path)});
      if (auto read = value_of_action(m_update.actions.back()); !read) {
        return read;
      }
    } while (m_tokens.skip_symbol(","));
    return {};
  }

  Parsed<void> value_of_action(UpdateAction& action)
  {
    if (action.kind == UpdateAction::Kind::remove) {
      return {};
    }
    if (action.kind == UpdateAction::Kind::set) {
      if (!m_tokens.skip_symbol("=")) {
        return m_tokens.syntax_error();
      }
      return value().map([&action](Node node) { action.operand = std::move(node); });
    }
    if (m_tokens.peek().kind != Token::Kind::value) {
      return m_tokens.syntax_error();
    }
    action.operand = {.kind = Node::Kind::value, .text = std::string(m_tokens.take().text)};
    return {};
  }

  /// One operand, or two with a sign between; all of it may stand in parentheses.
  Parsed<Node> value()
  {
    auto left = m_tokens.at_symbol("(") ? in_parentheses(&UpdateParser::value) : single_operand();
    if (!left || is_sum(*left) || !(m_tokens.at_symbol("+") || m_tokens.at_symbol("-"))) {
      return left;
    }
    Node node{.kind = Node::Kind::function, .text = std::string(m_tokens.take().text)};
    ++m_operators;
    auto right = operand();
    if (!right) {
      return right;
    }
    node.arguments.push_back(std::move(*left));
    node.arguments.push_back(std::move(*right));
    m_in_parentheses = false;
    return node;
  }

  static bool is_sum(const Node& node) { return node.kind == Node::Kind::function && (node.text == "+" || node.text == "-"); }

  /// Sums stand neither beside a sign nor between the parentheses of a function.
  Parsed<Node> operand() { return m_tokens.at_symbol("(") ? in_parentheses(&UpdateParser::operand) : single_operand(); }

  Parsed<Node> in_parentheses(Parsed<Node> (UpdateParser::*inner)())
  {
    if (++m_depth > k_max_operand_depth) {
      return tl::unexpected(std::string(k_redundant_operand_parentheses));
    }
    m_tokens.take();
    auto node = (this->*inner)();
    if (node && !m_tokens.skip_symbol(")")) {
      return m_tokens.syntax_error();
    }
    m_redundant |= m_in_parentheses;
    m_in_parentheses = true;
    --m_depth;
    return node;
  }

  Parsed<Node> single_operand()
  {
    m_in_parentheses = false;
    const Token& token = m_tokens.peek();
    if (token.kind == Token::Kind::value) {
      return Node{.kind = Node::Kind::value, .text = std::string(m_tokens.take().text)};
    }
    if (m_tokens.at_call()) {
      return call();
    }
    return m_tokens.path().map([](Path path) { return Node{.kind = Node::Kind::path, .path = std::move(path)}; });
  }

  Parsed<Node> call()
  {
    Node node{.kind = Node::Kind::function, .text = std::string(m_tokens.take().text)};
    m_tokens.take();
    ++m_operators;
    do {
      auto argument = operand();
      if (!argument) {
        return argument;
      }
      node.arguments.push_back(std::move(*argument));
    } while (m_tokens.skip_symbol(","));
    if (!m_tokens.skip_symbol(")")) {
      return m_tokens.syntax_error();
    }
    m_in_parentheses = false;
    return node;
  }

  TokenStream m_tokens;
  UpdateExpression m_update;
  int m_depth = 0;
  bool m_in_parentheses = false;  ///< all of what was read last
  bool m_redundant = false;
  int m_operators = 0;
};

}  // namespace

Parsed<UpdateExpression> parse_update(std::string_view text)
{
  if (auto fits = check_length(text, TellSize::no); !fits) {
    return tl::unexpected(std::move(fits).error());
  }
  return UpdateParser(text).run();
}

Parsed<ProjectionExpression> parse_projection(std::string_view text)
{
  if (auto fits = check_length(text); !fits) {
    return tl::unexpected(std::move(fits).error());
  }
  TokenStream tokens(text, {});
  ProjectionExpression projection;
  do {
    auto path = tokens.path();
    if (!path) {
      return tl::unexpected(std::move(path).error());
    }
    projection.paths.push_back(std::move(*path));
  } while (tokens.skip_symbol(","));
  if (!tokens.at_end()) {
    return tokens.syntax_error();
  }
  return projection;
}

}  // namespace davit::aws::local::dynamodb
