// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/partiql/translation.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// Makes the nodes of an expression out of terms. Names and values become placeholders, as in the other operations' expressions, so
/// that the same checks resolve and judge them, and that no name is a reserved word.
class NodeBuilder
{
public:
  explicit NodeBuilder(const Parameters& parameters) : m_parameters(parameters) {}

  using Made = tl::expected<Node, std::string>;

  /// A condition: comparisons and functions, joined by AND, OR and NOT.
  Made condition(const Term& term);
  /// What is assigned.
  Made assigned(const Term& term);

  Path path(const Path& written);
  Made value(const Term& term);

  [[nodiscard]] Placeholders& placeholders() { return m_placeholders; }

private:
  Made operand(const Term& term);
  Made comparison(const Term& term);
  Made type_test(const Term& term);
  Made membership(const Term& term);
  Made joined(const Term& term);
  Made call(const Term& term);
  Made all(Node::Kind kind, std::string text, const std::vector<Term>& operands);

  const Parameters& m_parameters;
  Placeholders m_placeholders;
};

}  // namespace davit::aws::local::dynamodb::partiql
