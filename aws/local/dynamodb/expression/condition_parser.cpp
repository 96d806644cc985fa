// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "aws/local/dynamodb/expression/parser.hpp"
#include "aws/local/dynamodb/expression/token_stream.hpp"

namespace davit::aws::local::dynamodb {
namespace {

// Deeper than this without redundant parentheses would need more operators than the service takes, and it bounds the recursion.
constexpr int k_max_depth = 320;
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
constexpr std::size_t k_max_in_operands = 100;

constexpr std::array<std::string_view, 5> k_condition_keywords{"AND", "BETWEEN", "IN", "NOT", "OR"};
constexpr std::string_view k_redundant_parentheses = "The expression has redundant parentheses;";

/// A node, and whether all of its text stood in parentheses.
struct Group {
  Node node;
  bool in_parentheses = false;
};

/// Conditions and operands are read by one set of rules, because an opening parenthesis does not tell which of them follows.
class ConditionParser
{
public:
  explicit ConditionParser(std::string_view text) : m_tokens(text, k_condition_keywords) {}

  Parsed<ConditionExpression> run()
  {
    auto root = any_of();
    if (!root) {
      return tl::unexpected(std::move(root).error());
    }
    if (!m_tokens.at_end()) {
      return m_tokens.syntax_error();
    }
    if (m_redundant) {
      return tl::unexpected(std::string(k_redundant_parentheses));
    }
    if (m_operators > k_max_operators) {
      return too_many_operators();
    }
    return ConditionExpression{std::move(root->node)};
  }

private:
  using Rule = Parsed<Group> (ConditionParser::*)();

  Parsed<Group> any_of() { return joined("OR", Node::Kind::any_of, &ConditionParser::all_of); }
  Parsed<Group> all_of() { return joined("AND", Node::Kind::all_of, &ConditionParser::none_of); }

  /// Parts of the next rule between keywords. They are kept in one list, so that a long chain makes no deep tree.
  Parsed<Group> joined(std::string_view keyword, Node::Kind kind, Rule part)
  {
    auto first = (this->*part)();
    if (!first || !m_tokens.at_keyword(keyword)) {
      return first;
    }
    Node node{.kind = kind};
    for (auto* next = &first;;) {
      if (!*next || !is_condition(**next)) {
        return *next ? Parsed<Group>(m_tokens.syntax_error()) : *next;
      }
      node.arguments.push_back(std::move((*next)->node));
      if (!m_tokens.skip_keyword(keyword)) {
        return Group{std::move(node)};
      }
      ++m_operators;
      first = (this->*part)();
    }
  }

  Parsed<Group> none_of()
  {
    if (!m_tokens.skip_keyword("NOT")) {
      return predicate();
    }
    if (++m_operators > k_max_operators || m_depth >= k_max_depth) {
      return too_many_operators();
    }
    ++m_depth;
    auto inner = none_of();
    --m_depth;
    if (!inner) {
      return inner;
    }
    if (!is_condition(*inner)) {
      return m_tokens.syntax_error();
    }
    Node node{.kind = Node::Kind::none_of};
    node.arguments.push_back(std::move(inner->node));
    return Group{std::move(node)};
  }

  Parsed<Group> predicate()
  {
    auto left = operand();
    if (!left) {
      return left;
    }
    if (const std::string_view comparator = take_comparator(); !comparator.empty()) {
      return rest_of(Node::Kind::compare, std::string(comparator), std::move(*left), 1);
    }
    if (m_tokens.at_keyword("BETWEEN")) {
      return rest_of(Node::Kind::between, "BETWEEN", std::move(*left), 2);
    }
    if (m_tokens.at_keyword("IN")) {
      return membership(std::move(*left));
    }
    if (!is_condition(*left) && !(m_depth > 0 && m_tokens.at_symbol(")"))) {
      return m_tokens.syntax_error();
    }
    return left;
  }

  std::string_view take_comparator()
  {
    for (const std::string_view symbol : {"=", "<>", "<", "<=", ">", ">="}) {
      if (m_tokens.at_symbol(symbol)) {
        return symbol;
      }
    }
    return {};
  }

  /// The operator at hand and `count` more operands, with AND between two.
  Parsed<Group> rest_of(Node::Kind kind, std::string name, Group left, int count)
  {
    if (left.node.is_condition()) {
      return m_tokens.syntax_error();
    }
    m_tokens.take();
    ++m_operators;
    Node node{.kind = kind, .text = std::move(name)};
    node.arguments.push_back(std::move(left.node));
    for (int i = 0; i < count; ++i) {
      if (i > 0 && !m_tokens.skip_keyword("AND")) {
        return m_tokens.syntax_error();
      }
      auto next = operand();
      if (!next) {
        return next;
      }
      if (next->node.is_condition()) {
        return m_tokens.syntax_error();
      }
      node.arguments.push_back(std::move(next->node));
    }
    return Group{std::move(node)};
  }

  Parsed<Group> membership(Group left)
  {
    if (left.node.is_condition()) {
      return m_tokens.syntax_error();
    }
    m_tokens.take();
    ++m_operators;
    Node node{.kind = Node::Kind::in, .text = "IN"};
    node.arguments.push_back(std::move(left.node));
    if (!m_tokens.skip_symbol("(")) {
      return m_tokens.syntax_error();
    }
    if (auto read = arguments(node); !read) {
      return tl::unexpected(std::move(read).error());
    }
    if (node.arguments.size() > k_max_in_operands + 1) {
      return tl::unexpected(
          fmt::format("The IN operator is provided with too many operands; number of operands: {}", node.arguments.size() - 1));
    }
    return Group{std::move(node)};
  }

  /// Operands up to the closing parenthesis.
  Parsed<void> arguments(Node& node)
  {
    do {
      auto next = operand();
      if (!next) {
        return tl::unexpected(std::move(next).error());
      }
      if (next->node.is_condition()) {
        return m_tokens.syntax_error();
      }
      node.arguments.push_back(std::move(next->node));
    } while (m_tokens.skip_symbol(","));
    if (!m_tokens.skip_symbol(")")) {
      return m_tokens.syntax_error();
    }
    return {};
  }

  Parsed<Group> operand()
  {
    if (m_depth >= k_max_depth) {
      return m_operators > k_max_operators ? too_many_operators() : tl::unexpected(std::string(k_redundant_parentheses));
    }
    ++m_depth;
    auto group = m_tokens.at_symbol("(") ? in_parentheses() : single_operand();
    --m_depth;
    return group;
  }

  Parsed<Group> in_parentheses()
  {
    m_tokens.take();
    auto inner = any_of();
    if (!inner) {
      return inner;
    }
    if (!m_tokens.skip_symbol(")")) {
      return m_tokens.syntax_error();
    }
    m_redundant |= inner->in_parentheses;
    inner->in_parentheses = true;
    return inner;
  }

  Parsed<Group> single_operand()
  {
    const Token& token = m_tokens.peek();
    if (token.kind == Token::Kind::value) {
      return Group{Node{.kind = Node::Kind::value, .text = std::string(m_tokens.take().text)}};
    }
    if (m_tokens.at_call()) {
      Node node{.kind = Node::Kind::function, .text = std::string(m_tokens.take().text)};
      m_tokens.take();
      ++m_operators;
      if (auto read = arguments(node); !read) {
        return tl::unexpected(std::move(read).error());
      }
      return Group{std::move(node)};
    }
    return m_tokens.path().map([](Path path) { return Group{Node{.kind = Node::Kind::path, .path = std::move(path)}}; });
  }

  /// A call may turn out to be no condition (size), which is told when all of the expression was read.
  static bool is_condition(const Group& group) { return group.node.is_condition() || group.node.kind == Node::Kind::function; }

  TokenStream m_tokens;
  int m_depth = 0;
  int m_operators = 0;
  bool m_redundant = false;
};

}  // namespace

Parsed<ConditionExpression> parse_condition(std::string_view text)
{
  if (auto fits = check_length(text); !fits) {
    return tl::unexpected(std::move(fits).error());
  }
  return ConditionParser(text).run();
}

}  // namespace davit::aws::local::dynamodb
