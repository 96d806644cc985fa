// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/item_size.hpp"

namespace davit::aws::dynamodb {
namespace {

constexpr std::size_t k_document_overhead = 3;
constexpr std::size_t k_element_overhead = 1;

/// Digits are stored in pairs around the decimal point: a pair that straddles it costs a byte more, and so does a minus sign.
std::size_t number_size(const Number& number)
{
  if (number.is_zero()) {
    return 1;
  }
  const int digits = number.significant_digits();
  const bool straddles = digits % 2 == 0 && number.magnitude() % 2 == 0;
  return static_cast<std::size_t>(1 + (digits + 1) / 2 + (straddles ? 1 : 0) + (number.is_negative() ? 1 : 0));
}

struct Size {
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const Number& number) const { return number_size(number); }
  std::size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
  std::size_t operator()(bool) const { return 1; }
  std::size_t operator()(Null) const { return 1; }
  std::size_t operator()(const List& list) const
  {
    std::size_t sum = k_document_overhead;
    for (const auto& value : list) {
      sum += k_element_overhead + value_size(value);
    }
    return sum;
  }
  std::size_t operator()(const Map& map) const { return k_document_overhead + k_element_overhead * map.size() + item_size(map); }
  template <typename Element, typename Order>
  std::size_t operator()(const std::set<Element, Order>& set) const
  {
    std::size_t sum = 0;
    for (const auto& element : set) {
      sum += (*this)(element);
    }
    return sum;
  }
};

}  // namespace

std::size_t value_size(const AttributeValue& value)
{
  return std::visit(Size{}, value.variant());
}

std::size_t item_size(const Item& item)
{
  std::size_t sum = 0;
  for (const auto& [name, value] : item) {
    sum += name.size() + value_size(value);
  }
  return sum;
}

}  // namespace davit::aws::dynamodb
