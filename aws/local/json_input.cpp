// SPDX-License-Identifier: Apache-2.0
#include "aws/local/json_input.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"

namespace davit::aws::local::input {
namespace {

const Json* find(const Json& document, const char* member)
{
  const auto found = document.find(member);
  return found == document.end() || found->is_null() ? nullptr : &*found;
}

tl::unexpected<Fault> wrong_type(const Json& value, std::string_view expected)
{
  return refuse("SerializationException", fmt::format("{} can not be converted to {}", value.type_name(), expected));
}

std::string lower_camel(std::string_view member)
{
  std::string name(member);
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') {
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
  }
  return name;
}

}  // namespace

Answer<std::optional<std::string>> text(const Json& document, const char* member)
{
  const Json* value = find(document, member);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_string()) {
    return wrong_type(*value, "a String");
  }
  return value->get<std::string>();
}

Answer<std::optional<std::int64_t>> integer(const Json& document, const char* member)
{
  const Json* value = find(document, member);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_number_integer()) {
    return wrong_type(*value, "a Long");
  }
  return value->get<std::int64_t>();
}

Answer<bool> flag(const Json& document, const char* member, bool otherwise)
{
  const Json* value = find(document, member);
  if (value == nullptr) {
    return otherwise;
  }
  if (!value->is_boolean()) {
    return wrong_type(*value, "a Boolean");
  }
  return value->get<bool>();
}

Answer<std::optional<std::string>> blob(const Json& document, const char* member)
{
  DAVIT_ANSWER_ASSIGN(const auto encoded, text(document, member));
  if (!encoded) {
    return std::nullopt;
  }
  auto bytes = from_base64(*encoded);
  if (!bytes) {
    return refuse("SerializationException", fmt::format("{} is no base64", member));
  }
  return bytes;
}

Answer<std::vector<std::string>> texts(const Json& document, const char* member)
{
  std::vector<std::string> list;
  const Json* value = find(document, member);
  if (value == nullptr) {
    return list;
  }
  if (!value->is_array()) {
    return wrong_type(*value, "a List");
  }
  for (const auto& element : *value) {
    if (!element.is_string()) {
      return wrong_type(element, "a String");
    }
    list.push_back(element);
  }
  return list;
}

Answer<std::string> required_text(const Json& document, const char* member, std::string_view code)
{
  DAVIT_ANSWER_ASSIGN(auto value, text(document, member));
  if (!value) {
    return refuse(std::string(code),
                  fmt::format("1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null",
                              lower_camel(member)));
  }
  return std::move(*value);
}

}  // namespace davit::aws::local::input
