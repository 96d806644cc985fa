// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/spelling.hpp"

namespace davit::commands::terraform {
namespace {

std::string_view kind_of(const OrderedJson& value)
{
  if (value.is_object()) {
    return "an object";
  }
  if (value.is_array()) {
    return "a list";
  }
  if (value.is_string()) {
    return "a string";
  }
  return value.is_number() ? "a number" : (value.is_boolean() ? "a bool" : "null");
}

class Comparison
{
public:
  void compare(const OrderedJson& value, const Type& type, const std::string& path)
  {
    if (value.is_null()) {
      return;
    }
    switch (type.kind) {
      case Type::Kind::any:
        return;
      case Type::Kind::string:
        return expect(value.is_string() || value.is_number() || value.is_boolean(), value, type, path);
      case Type::Kind::number:
        return expect(value.is_number(), value, type, path);
      case Type::Kind::boolean:
        return expect(value.is_boolean(), value, type, path);
      case Type::Kind::list:
      case Type::Kind::set:
        return compare_list(value, type, path);
      case Type::Kind::tuple:
        return compare_tuple(value, type, path);
      case Type::Kind::map:
        return compare_map(value, type, path);
      case Type::Kind::object:
        return compare_object(value, type, path);
    }
  }

  std::vector<Mismatch> found;

private:
  void expect(bool fits, const OrderedJson& value, const Type& type, const std::string& path)
  {
    if (!fits) {
      found.push_back(
          {.path = path, .message = fmt::format("davit renders {}, and the module declares {}", kind_of(value), to_string(type))});
    }
  }

  void compare_list(const OrderedJson& value, const Type& type, const std::string& path)
  {
    expect(value.is_array(), value, type, path);
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      compare(value[i], type.elements.front(), fmt::format("{}[{}]", path, i));
    }
  }

  void compare_tuple(const OrderedJson& value, const Type& type, const std::string& path)
  {
    if (!value.is_array() || value.size() != type.elements.size()) {
      expect(false, value, type, path);
      return;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      compare(value[i], type.elements[i], fmt::format("{}[{}]", path, i));
    }
  }

  void compare_map(const OrderedJson& value, const Type& type, const std::string& path)
  {
    if (!value.is_object()) {
      expect(false, value, type, path);
      return;
    }
    for (const auto& [key, element] : value.items()) {
      compare(element, type.elements.front(), fmt::format("{}.{}", path, key));
    }
    if (type.elements.front().kind == Type::Kind::any) {
      expect_one_shape(value, type, path);
    }
  }

  /// The elements of map(any) must turn out to be of one type.
  void expect_one_shape(const OrderedJson& value, const Type& type, const std::string& path)
  {
    const auto keys = [](const OrderedJson& object) {
      std::vector<std::string> names;
      for (const auto& member : object.items()) {
        names.push_back(object.is_object() ? member.key() : "");
      }
      std::sort(names.begin(), names.end());
      return names;
    };
    const auto differs = [&](const OrderedJson& element) {
      return kind_of(element) != kind_of(value.front()) || (element.is_object() && keys(element) != keys(value.front()));
    };
    if (std::any_of(value.begin(), value.end(), differs)) {
      found.push_back({.path = path,
                       .message = fmt::format("the elements of {} must all have one type, and these have not", to_string(type)),
                       .hint = "declare the element as object({...}) with optional(...) attributes"});
    }
  }

  void compare_object(const OrderedJson& value, const Type& type, const std::string& path)
  {
    if (!value.is_object()) {
      expect(false, value, type, path);
      return;
    }
    std::vector<std::string> names;
    for (const auto& attribute : type.attributes) {
      names.push_back(attribute.name);
      const auto given = value.find(attribute.name);
      if (given != value.end()) {
        compare(*given, attribute.type, fmt::format("{}.{}", path, attribute.name));
      } else if (!attribute.optional) {
        found.push_back({.path = fmt::format("{}.{}", path, attribute.name),
                         .message = "the module needs this attribute, and davit renders none",
                         .hint = fmt::format("declare it as optional({})", to_string(attribute.type))});
      }
    }
    for (const auto& member : value.items()) {
      if (std::find(names.begin(), names.end(), member.key()) == names.end()) {
        unknown_attribute(fmt::format("{}.{}", path, member.key()), member.key(), names);
      }
    }
  }

  void unknown_attribute(const std::string& path, const std::string& name, const std::vector<std::string>& known)
  {
    const auto near = nearest(name, known);
    found.push_back(
        {.path = path,
         .message = "the module's type has no such attribute, so Terraform would drop it silently",
         .hint = near ? fmt::format("did the module mean \"{}\"?", *near) : "add it to the type, or leave it out of davit.yaml"});
  }
};

}  // namespace

std::vector<Mismatch> mismatches(const OrderedJson& value, const Type& type, const std::string& path)
{
  Comparison comparison;
  comparison.compare(value, type, path);
  return std::move(comparison.found);
}

}  // namespace davit::commands::terraform
