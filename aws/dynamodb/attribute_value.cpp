// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/attribute_value.hpp"

#include <algorithm>
#include <array>

namespace davit::aws::dynamodb {
namespace {

constexpr std::array<std::string_view, 10> k_wire_names{"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"};

}  // namespace

std::string_view wire_name(AttributeType type)
{
  return k_wire_names[static_cast<std::size_t>(type)];
}

std::optional<AttributeType> attribute_type_of(std::string_view wire_name)
{
  const auto* found = std::find(k_wire_names.begin(), k_wire_names.end(), wire_name);
  return found == k_wire_names.end() ? std::nullopt : std::optional(static_cast<AttributeType>(found - k_wire_names.begin()));
}

bool AttributeValue::operator==(const AttributeValue& other) const
{
  return m_value == other.m_value;
}

}  // namespace davit::aws::dynamodb
