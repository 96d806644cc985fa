// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/format/problem.hpp"

namespace davit::aws::dynamodb::format {

/// What every notation reads alike. A value that cannot be stored is noted as a problem and read as NULL, so that the rest of the item is
/// still judged.
class ValueReader
{
public:
  explicit ValueReader(std::vector<Problem>& problems) : m_problems(problems) {}

protected:
  struct Element {
    AttributeValue value;
    Place at;
  };

  [[nodiscard]] std::size_t problem_count() const { return m_problems.size(); }

  AttributeValue refuse(Reason reason, Place at, std::string message);

  AttributeValue number(std::string_view text, Place at);
  AttributeValue binary(std::string_view base64, Place at);

  /// A set of what the elements are: not empty, all of one kind, none twice.
  AttributeValue make_set(std::vector<Element> elements, Place at);

  /// Notes an empty name, one that is too long, and one that is there already.
  void add_member(Map& map, const std::string& name, AttributeValue value, Place at);

private:
  template <typename Set>
  AttributeValue make_set_of(std::vector<Element>& elements);

  std::vector<Problem>& m_problems;
};

/// The start of the text when it is too long for a message.
std::string cut(std::string_view text);

/// The same in quotes.
std::string shown(std::string_view text);

}  // namespace davit::aws::dynamodb::format
