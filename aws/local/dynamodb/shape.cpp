// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/shape.hpp"

#include <nlohmann/json.hpp>

#include "aws/dynamodb/wire.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_model = "com.amazonaws.dynamodb.v20120810.";

enum class Place { member, element };

std::string_view java_type(Shape::Kind kind)
{
  switch (kind) {
    case Shape::Kind::flag:
      return "Boolean";
    case Shape::Kind::integer:
      return "Integer";
    case Shape::Kind::long_integer:
      return "Long";
    case Shape::Kind::real:
      return "Double";
    case Shape::Kind::text:
    case Shape::Kind::list:
    case Shape::Kind::map:
    case Shape::Kind::structure:
    case Shape::Kind::attribute_value:
      return "String";
  }
  return {};
}

std::string token_of(const Json& json)
{
  if (json.is_boolean()) {
    return json.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
  }
  return json.is_number_integer() ? "NUMBER_VALUE" : json.is_number() ? "DECIMAL_VALUE" : "STRING_VALUE";
}

Complaint scalar_complaint(const Json& json, Shape::Kind kind)
{
  const std::string type(java_type(kind));
  if (json.is_array()) {
    return "Unrecognized collection type class java.lang." + type;
  }
  if (json.is_object()) {
    return "Start of structure or map found where not expected";
  }
  if (kind == Shape::Kind::flag && json.is_string()) {
    return aws::dynamodb::boolean_of(json) ? std::nullopt : Complaint("Unexpected token received from parser");
  }
  const bool fits = kind == Shape::Kind::flag ? json.is_boolean() : kind == Shape::Kind::text ? json.is_string() : json.is_number();
  return fits ? std::nullopt : Complaint(token_of(json) + " cannot be converted to " + type);
}

/// A generic collection inside of another one is read by different code of the service, with a message of its own.
std::string scalar_instead_of_collection(Place place)
{
  return place == Place::member
             ? "Unexpected field type"
             : "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
               "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of "
               "loader 'bootstrap')";
}

std::string element_type(const Shape& shape)
{
  switch (shape.kind) {
    case Shape::Kind::structure:
      return std::string(k_model) + shape.java_name;
    case Shape::Kind::attribute_value:
      return std::string(k_model) + "AttributeValue";
    case Shape::Kind::list:
      return "java.util.List<" + element_type(*shape.element) + ">";
    case Shape::Kind::text:
    case Shape::Kind::flag:
    case Shape::Kind::integer:
    case Shape::Kind::long_integer:
    case Shape::Kind::real:
    case Shape::Kind::map:
      return "java.lang.String";
  }
  return {};
}

Complaint complaint_of(const Json& json, const Shape& shape, Place place);

Complaint collection_complaint(const Json& json, const Shape& shape, Place place)
{
  if (!json.is_structured()) {
    return scalar_instead_of_collection(place);
  }
  if (shape.kind == Shape::Kind::list && json.is_object()) {
    return "Start of structure or map found where not expected";
  }
  if (shape.kind == Shape::Kind::map && json.is_array()) {
    return "Unrecognized collection type java.util.Map<java.lang.String, " + element_type(*shape.element) + ">";
  }
  for (const auto& element : json) {
    if (auto complaint = complaint_of(element, *shape.element, Place::element)) {
      return complaint;
    }
  }
  return std::nullopt;
}

Complaint structure_complaint(const Json& json, const Shape& shape, Place place)
{
  if (json.is_array()) {
    return "Unrecognized collection type class " + std::string(k_model) + shape.java_name;
  }
  if (!json.is_object()) {
    return place == Place::member ? "Unexpected field type" : "Unexpected value type in payload";
  }
  for (const auto& [name, member] : shape.members) {
    if (const auto found = json.find(name); found != json.end()) {
      if (auto complaint = complaint_of(*found, member, Place::member)) {
        return complaint;
      }
    }
  }
  return std::nullopt;
}

/// As deep as the shape; attribute values bound their own depth.
Complaint complaint_of(const Json& json, const Shape& shape, Place place)
{
  if (json.is_null()) {
    return std::nullopt;
  }
  switch (shape.kind) {
    case Shape::Kind::text:
    case Shape::Kind::flag:
    case Shape::Kind::integer:
    case Shape::Kind::long_integer:
    case Shape::Kind::real:
      return scalar_complaint(json, shape.kind);
    case Shape::Kind::list:
    case Shape::Kind::map:
      return collection_complaint(json, shape, place);
    case Shape::Kind::structure:
      return structure_complaint(json, shape, place);
    case Shape::Kind::attribute_value:
      if (place == Place::member && !json.is_structured()) {
        return "Unexpected field type";
      }
      return aws::dynamodb::serialization_error_of(json);
  }
  return std::nullopt;
}

}  // namespace

Shape text()
{
  return {.kind = Shape::Kind::text};
}

Shape flag()
{
  return {.kind = Shape::Kind::flag};
}

Shape integer()
{
  return {.kind = Shape::Kind::integer};
}

Shape long_integer()
{
  return {.kind = Shape::Kind::long_integer};
}

Shape attribute_value()
{
  return {.kind = Shape::Kind::attribute_value};
}

Shape one_of(std::vector<std::string> allowed)
{
  return {.kind = Shape::Kind::text, .allowed = std::move(allowed)};
}

Shape list_of(Shape element)
{
  return {.kind = Shape::Kind::list, .element = std::make_shared<const Shape>(std::move(element))};
}

Shape map_of(Shape element)
{
  return {.kind = Shape::Kind::map, .element = std::make_shared<const Shape>(std::move(element))};
}

Shape structure(std::string java_name, std::vector<Member> members)
{
  return {.kind = Shape::Kind::structure, .java_name = std::move(java_name), .members = std::move(members)};
}

Shape required(Shape shape)
{
  shape.required = true;
  return shape;
}

Shape between(Shape shape, std::optional<std::int64_t> least, std::optional<std::int64_t> most)
{
  shape.least = least;
  shape.most = most;
  return shape;
}

Shape name()
{
  Shape shape = between(text(), 3, 255);
  shape.is_name = true;
  return shape;
}

Complaint serialization_complaint(const Json& input, const Shape& shape)
{
  return complaint_of(input, shape, Place::element);
}

const Json* member_of(const Json& object, std::string_view name)
{
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace davit::aws::local::dynamodb
