// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/config/read.hpp"
#include "cli/config/schema.hpp"

/// Shapes of the C++ types that the model is made of. Included by fields.cpp, where the keys of davit.yaml are listed, alone.
namespace davit::cli::config {

/// The keys of an object type; specialised in fields.cpp.
template <typename T>
std::span<const Field> fields_of();

/// The texts of an enum; specialised in fields.cpp.
template <typename T>
struct EnumNames;

OrderedJson describe_rule(const TextRule& rule);
OrderedJson describe_text(const Constraint& constraint);
OrderedJson describe_number(std::string_view type, const Constraint& constraint);
OrderedJson describe_object(std::span<const Field> fields, Completeness completeness, const Constraint& constraint);
OrderedJson describe_map(const OrderedJson& element, const Constraint& constraint);
OrderedJson describe_list(const OrderedJson& element, const Constraint& constraint);
void visit_object(const void* owner, std::span<const Field> fields, const std::string& path, const Visit& visit);
std::string joined_path(const std::string& path, std::string_view segment);

/// The unspecialised one is for objects: types with fields_of().
template <typename T>
struct ShapeOf {
  static constexpr std::string_view k_type = "map";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
  {
    reader.read_object(node, fields_of<T>(), value, constraint);
  }
  static OrderedJson describe(const Constraint& constraint, Completeness completeness)
  {
    return describe_object(fields_of<T>(), completeness, constraint);
  }
  static void visit(const void* value, const std::string& path, const Visit& visit) { visit_object(value, fields_of<T>(), path, visit); }
  static constexpr auto k_fields = &fields_of<T>;
  static constexpr const Shape* k_element = nullptr;
};

template <typename Implementation>
inline constexpr Shape k_shape_by = {.type = Implementation::k_type,
                                     .read = &Implementation::read,
                                     .describe = &Implementation::describe,
                                     .visit = &Implementation::visit,
                                     .fields = Implementation::k_fields,
                                     .element = Implementation::k_element};

struct Leaf {
  static constexpr std::span<const Field> (*k_fields)() = nullptr;
  static constexpr const Shape* k_element = nullptr;
};

/// Notes the complaint, or hands the value on.
template <typename T>
std::optional<T> accept(Reader& reader, const yaml::Node& node, const yaml::Typed<T>& typed)
{
  if (!typed) {
    reader.complain(node, typed.error());
    return std::nullopt;
  }
  return *typed;
}

template <>
struct ShapeOf<std::string> : Leaf {
  static constexpr std::string_view k_type = "text";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
  {
    if (const auto text = accept(reader, node, yaml::as_text(node))) {
      reader.check_text(node, *text, constraint);
      *static_cast<std::string*>(value) = *text;
    }
  }
  static OrderedJson describe(const Constraint& constraint, Completeness /*completeness*/) { return describe_text(constraint); }
  static void visit(const void* value, const std::string& path, const Visit& visit)
  {
    if (const auto& text = *static_cast<const std::string*>(value); !text.empty()) {
      visit(path, text);
    }
  }
};

template <>
struct ShapeOf<int> : Leaf {
  static constexpr std::string_view k_type = "whole number";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
  {
    if (const auto number = accept(reader, node, yaml::as_integer(node))) {
      reader.check_range(node, static_cast<double>(*number), constraint);
      *static_cast<int*>(value) = static_cast<int>(*number);
    }
  }
  static OrderedJson describe(const Constraint& constraint, Completeness /*completeness*/)
  {
    return describe_number("integer", constraint);
  }
  static void visit(const void* value, const std::string& path, const Visit& visit) { visit(path, *static_cast<const int*>(value)); }
};

template <>
struct ShapeOf<double> : Leaf {
  static constexpr std::string_view k_type = "number";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
  {
    if (const auto number = accept(reader, node, yaml::as_number(node))) {
      reader.check_range(node, *number, constraint);
      *static_cast<double*>(value) = *number;
    }
  }
  static OrderedJson describe(const Constraint& constraint, Completeness /*completeness*/) { return describe_number("number", constraint); }
  static void visit(const void* value, const std::string& path, const Visit& visit);
};

template <>
struct ShapeOf<bool> : Leaf {
  static constexpr std::string_view k_type = "true or false";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& /*constraint*/, void* value)
  {
    if (const auto boolean = accept(reader, node, yaml::as_boolean(node))) {
      *static_cast<bool*>(value) = *boolean;
    }
  }
  static OrderedJson describe(const Constraint& /*constraint*/, Completeness /*completeness*/) { return {{"type", "boolean"}}; }
  static void visit(const void* value, const std::string& path, const Visit& visit) { visit(path, *static_cast<const bool*>(value)); }
};

/// Enums are texts of a few values.
template <typename T>
requires std::is_enum_v<T>
struct ShapeOf<T> : Leaf {
  static constexpr std::string_view k_type = "text";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& /*constraint*/, void* value)
  {
    if (const auto text = accept(reader, node, yaml::as_text(node))) {
      reader.check_text(node, *text, {.values = EnumNames<T>::k_names});
      const auto& names = EnumNames<T>::k_names;
      const auto found = std::find(names.begin(), names.end(), *text);
      *static_cast<T*>(value) = static_cast<T>(found == names.end() ? 0 : found - names.begin());
    }
  }
  static OrderedJson describe(const Constraint& /*constraint*/, Completeness /*completeness*/)
  {
    return describe_text({.values = EnumNames<T>::k_names});
  }
  static void visit(const void* value, const std::string& path, const Visit& visit)
  {
    visit(path, EnumNames<T>::k_names[static_cast<std::size_t>(*static_cast<const T*>(value))]);
  }
};

template <typename T>
struct ShapeOf<std::optional<T>> {
  static constexpr std::string_view k_type = ShapeOf<T>::k_type;

  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
  {
    ShapeOf<T>::read(reader, node, constraint, &static_cast<std::optional<T>*>(value)->emplace());
  }
  static OrderedJson describe(const Constraint& constraint, Completeness completeness)
  {
    return ShapeOf<T>::describe(constraint, completeness);
  }
  static void visit(const void* value, const std::string& path, const Visit& visit)
  {
    if (const auto& optional = *static_cast<const std::optional<T>*>(value)) {
      ShapeOf<T>::visit(&*optional, path, visit);
    }
  }
  static constexpr auto k_fields = ShapeOf<T>::k_fields;
  static constexpr const Shape* k_element = ShapeOf<T>::k_element;
};

template <>
struct ShapeOf<std::vector<std::string>> : Leaf {
  static constexpr std::string_view k_type = "list of text";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value);
  static OrderedJson describe(const Constraint& constraint, Completeness /*completeness*/)
  {
    return describe_list(describe_text(constraint), constraint);
  }
  static void visit(const void* value, const std::string& path, const Visit& visit)
  {
    if (const auto& list = *static_cast<const std::vector<std::string>*>(value); !list.empty()) {
      visit(path, list);
    }
  }
};

template <typename T>
struct ShapeOf<std::map<std::string, T>> {
  static constexpr std::string_view k_type = "map";

  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
  {
    if (!reader.expect(node, yaml::Kind::mapping, constraint)) {
      return;
    }
    Constraint inner = constraint;
    inner.key = nullptr;
    for (const auto& [key, element] : node.members) {
      const Reader::Step step{reader, key.text, {.key = &key, .value = &element}};
      reader.check_key(key, constraint);
      ShapeOf<T>::read(reader, element, inner, &(*static_cast<std::map<std::string, T>*>(value))[key.text]);
    }
  }
  static OrderedJson describe(const Constraint& constraint, Completeness completeness)
  {
    Constraint inner = constraint;
    inner.key = nullptr;
    return describe_map(ShapeOf<T>::describe(inner, completeness), constraint);
  }
  static void visit(const void* value, const std::string& path, const Visit& visit)
  {
    for (const auto& [key, element] : *static_cast<const std::map<std::string, T>*>(value)) {
      bool visited = false;
      const Visit note = [&](const std::string& at, const OrderedJson& found) {
        visited = true;
        visit(at, found);
      };
      ShapeOf<T>::visit(&element, joined_path(path, key), note);
      if (!visited) {
        visit(joined_path(path, key), ShapeOf<T>::k_fields == nullptr ? OrderedJson("") : OrderedJson::object());
      }
    }
  }
  static constexpr std::span<const Field> (*k_fields)() = nullptr;
  static constexpr const Shape* k_element = &k_shape_by<ShapeOf<T>>;
};

/// "name", "name:N", or [partition, sort].
template <>
struct ShapeOf<KeySpec> : Leaf {
  static constexpr std::string_view k_type = "key";
  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value);
  static OrderedJson describe(const Constraint& constraint, Completeness completeness);
  static void visit(const void* value, const std::string& path, const Visit& visit);
};

/// "90s", "15m", "1h".
template <>
struct ShapeOf<std::chrono::milliseconds> : Leaf {
  static constexpr std::string_view k_type = "duration";
  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value);
  static OrderedJson describe(const Constraint& constraint, Completeness completeness);
  static void visit(const void* value, const std::string& path, const Visit& visit);
};

/// A map of the user's own making.
template <>
struct ShapeOf<OrderedJson> : Leaf {
  static constexpr std::string_view k_type = "map of anything";
  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value);
  static OrderedJson describe(const Constraint& constraint, Completeness completeness);
  static void visit(const void* value, const std::string& path, const Visit& visit);
};

/// "64 bytes".
struct ByteCountShape : Leaf {
  static constexpr std::string_view k_type = "size";
  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value);
  static OrderedJson describe(const Constraint& constraint, Completeness completeness);
  static void visit(const void* value, const std::string& path, const Visit& visit);
};

/// The blocks of `environments`. Their content is read when it has been merged over the rest of the file; this checks the rest.
struct EnvironmentsShape : Leaf {
  static constexpr std::string_view k_type = "map";
  static void read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value);
  static OrderedJson describe(const Constraint& constraint, Completeness completeness);
  static void visit(const void* /*value*/, const std::string& /*path*/, const Visit& /*visit*/) {}
};

template <typename T>
struct MemberPointer;

template <typename Owner, typename T>
struct MemberPointer<T Owner::*> {
  using owner = Owner;
  using type = T;
};

/// A key whose value goes to that member.
template <auto Member, typename Custom = void>
constexpr Field field(std::string_view key, std::string_view doc, Constraint constraint = {}, Presence presence = Presence::optional)
{
  using Owner = typename MemberPointer<decltype(Member)>::owner;
  using T = typename MemberPointer<decltype(Member)>::type;
  using S = std::conditional_t<std::is_void_v<Custom>, ShapeOf<T>, Custom>;
  return {.key = key,
          .doc = doc,
          .shape = &k_shape_by<S>,
          .member = [](void* owner) -> void* { return &(static_cast<Owner*>(owner)->*Member); },
          .default_value =
              [](const Field& self) {
                OrderedJson value;
                const Owner owner{};
                const auto keep = [&](const std::string& path, const OrderedJson& found) { value = path.empty() ? found : value; };
                if (self.presence == Presence::optional) {
                  S::visit(&(owner.*Member), "", keep);
                }
                return value;
              },
          .constraint = constraint,
          .presence = presence};
}

}  // namespace davit::cli::config
