// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/value_reader.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

constexpr std::size_t k_max_name = 65535;

Reason reason_of(NumberError error)
{
  switch (error) {
    case NumberError::not_numeric:
      return Reason::number_syntax;
    case NumberError::overflow:
      return Reason::number_overflow;
    case NumberError::underflow:
      return Reason::number_underflow;
    case NumberError::too_precise:
      return Reason::number_precision;
  }
  return Reason::number_syntax;
}

std::string_view problem_of(NumberError error)
{
  switch (error) {
    case NumberError::not_numeric:
      return "is no number";
    case NumberError::overflow:
      return "is larger than 9.9999999999999999999999999999999999999E+125";
    case NumberError::underflow:
      return "is nearer to zero than 1E-130";
    case NumberError::too_precise:
      return "has more than 38 significant digits";
  }
  return {};
}

}  // namespace

std::string cut(std::string_view text)
{
  constexpr std::size_t k_shown = 60;
  std::size_t length = std::min(text.size(), k_shown);
  while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
    --length;
  }
  return std::string(text.substr(0, length)) + (length < text.size() ? "..." : "");
}

std::string shown(std::string_view text)
{
  std::string out;
  append_json_string(out, cut(text));
  return out;
}

AttributeValue ValueReader::refuse(Reason reason, Place at, std::string message)
{
  m_problems.push_back({reason, std::move(message), at});
  return Null{};
}

AttributeValue ValueReader::number(std::string_view text, Place at)
{
  auto number = Number::parse(text);
  if (!number) {
    return refuse(reason_of(number.error()), at, fmt::format("{} {}", shown(text), problem_of(number.error())));
  }
  return std::move(*number);
}

AttributeValue ValueReader::binary(std::string_view base64, Place at)
{
  auto bytes = from_base64(base64);
  if (!bytes) {
    return refuse(Reason::binary_base64, at, fmt::format("{} is no base64 with padding", shown(base64)));
  }
  return Binary{std::move(*bytes)};
}

AttributeValue ValueReader::make_set(std::vector<Element> elements, Place at)
{
  if (elements.empty()) {
    return refuse(Reason::set_empty, at, "a set has at least one element");
  }
  const AttributeType type = elements.front().value.type();
  for (const auto& element : elements) {
    if (element.value.type() != type) {
      return refuse(Reason::set_mixed, element.at, "the elements of a set are all strings, all numbers or all binaries");
    }
  }
  switch (type) {
    case AttributeType::string:
      return make_set_of<StringSet>(elements);
    case AttributeType::number:
      return make_set_of<NumberSet>(elements);
    case AttributeType::binary:
      return make_set_of<BinarySet>(elements);
    default:
      return refuse(Reason::set_mixed, elements.front().at, "the elements of a set are strings, numbers or binaries");
  }
}

template <typename Set>
AttributeValue ValueReader::make_set_of(std::vector<Element>& elements)
{
  Set set;
  for (auto& element : elements) {
    const auto [place, added] = set.insert(std::move(*element.value.get_if<typename Set::value_type>()));
    if (!added) {
      return refuse(Reason::set_duplicate, element.at, fmt::format("the set has {} twice", cut(to_plain_json(AttributeValue(*place)))));
    }
  }
  return set;
}

void ValueReader::add_member(Map& map, const std::string& name, AttributeValue value, Place at)
{
  if (name.empty()) {
    refuse(Reason::name_empty, at, "an attribute name is not empty");
  } else if (name.size() > k_max_name) {
    refuse(Reason::name_too_long, at,
           fmt::format("the attribute name {} has {} bytes; {} are allowed", shown(name), name.size(), k_max_name));
  } else if (!map.emplace(name, std::move(value)).second) {
    refuse(Reason::attribute_twice, at, fmt::format("{} stands twice in one object", shown(name)));
  }
}

}  // namespace davit::aws::dynamodb::format
