// SPDX-License-Identifier: Apache-2.0
#include "aws/core/json_members.hpp"

#include <nlohmann/json.hpp>

namespace davit {
namespace {

const Json* find(const Json& object, const char* name)
{
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string text_member(const Json& object, const char* name)
{
  const Json* const member = find(object, name);
  return member != nullptr && member->is_string() ? member->get<std::string>() : std::string{};
}

std::optional<std::int64_t> integer_member(const Json& object, const char* name)
{
  const Json* const member = find(object, name);
  return member != nullptr && member->is_number_integer() ? std::optional(member->get<std::int64_t>()) : std::nullopt;
}

std::optional<double> number_member(const Json& object, const char* name)
{
  const Json* const member = find(object, name);
  return member != nullptr && member->is_number() ? std::optional(member->get<double>()) : std::nullopt;
}

bool flag_member(const Json& object, const char* name)
{
  const Json* const member = find(object, name);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

const Json& object_member(const Json& object, const char* name)
{
  static const Json k_none = Json::object();
  const Json* const member = find(object, name);
  return member != nullptr && member->is_object() ? *member : k_none;
}

const Json& array_member(const Json& object, const char* name)
{
  static const Json k_none = Json::array();
  const Json* const member = find(object, name);
  return member != nullptr && member->is_array() ? *member : k_none;
}

std::vector<std::string> texts_member(const Json& object, const char* name)
{
  std::vector<std::string> out;
  for (const auto& element : array_member(object, name)) {
    if (element.is_string()) {
      out.push_back(element.get<std::string>());
    }
  }
  return out;
}

}  // namespace davit
