// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aws/dynamodb/number.hpp"

namespace davit::aws::dynamodb {

/// The ten types, in the order of AttributeValue's alternatives.
enum class AttributeType { string, number, binary, boolean, null, list, map, string_set, number_set, binary_set };

/// "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS".
std::string_view wire_name(AttributeType type);
std::optional<AttributeType> attribute_type_of(std::string_view wire_name);

struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};

struct Null {
  auto operator<=>(const Null&) const = default;
};

class AttributeValue;

using List = std::vector<AttributeValue>;
/// Attributes by name. Names are UTF-8.
using Map = std::map<std::string, AttributeValue, std::less<>>;
/// What a table holds: a map that is not an attribute of anything.
using Item = Map;
using StringSet = std::set<std::string, std::less<>>;
using NumberSet = std::set<Number>;
using BinarySet = std::set<Binary>;

/// One attribute value (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html). Equality is DynamoDB's:
/// numbers by value, sets without order.
class AttributeValue
{
public:
  using Variant = std::variant<std::string, Number, Binary, bool, Null, List, Map, StringSet, NumberSet, BinarySet>;

  AttributeValue() : m_value(Null{}) {}
  AttributeValue(std::string value) : m_value(std::move(value)) {}
  AttributeValue(std::string_view value) : m_value(std::string(value)) {}
  AttributeValue(const char* value) : m_value(std::string(value)) {}
  AttributeValue(Number value) : m_value(std::move(value)) {}
  AttributeValue(Binary value) : m_value(std::move(value)) {}
  AttributeValue(bool value) : m_value(value) {}
  AttributeValue(Null value) : m_value(value) {}
  AttributeValue(List value) : m_value(std::move(value)) {}
  AttributeValue(Map value) : m_value(std::move(value)) {}
  AttributeValue(StringSet value) : m_value(std::move(value)) {}
  AttributeValue(NumberSet value) : m_value(std::move(value)) {}
  AttributeValue(BinarySet value) : m_value(std::move(value)) {}

  [[nodiscard]] AttributeType type() const { return static_cast<AttributeType>(m_value.index()); }
  [[nodiscard]] bool is(AttributeType expected) const { return type() == expected; }

  /// The value when it has this type, else nullptr.
  template <typename T>
  [[nodiscard]] const T* get_if() const
  {
    return std::get_if<T>(&m_value);
  }
  template <typename T>
  [[nodiscard]] T* get_if()
  {
    return std::get_if<T>(&m_value);
  }

  [[nodiscard]] const Variant& variant() const { return m_value; }
  [[nodiscard]] Variant& variant() { return m_value; }

  bool operator==(const AttributeValue& other) const;

private:
  Variant m_value;
};

}  // namespace davit::aws::dynamodb
