// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/dynamodb/refusal.hpp"

namespace davit::aws::local::dynamodb {

struct Member;

/// What the API model says of one input member: its type, and the constraints that the service checks before it looks at anything else.
struct Shape {
  enum class Kind { text, flag, integer, long_integer, real, list, map, structure, attribute_value };
  Kind kind = Kind::text;
  std::string java_name = {};                      ///< of a structure, as messages print it: "KeySchemaElement"
  std::vector<Member> members;                     ///< of a structure, in the order in which the service complains
  std::shared_ptr<const Shape> element = nullptr;  ///< of a list or map
  bool required = false;
  std::optional<std::int64_t> least = std::nullopt;  ///< value of a number, length of anything else
  std::optional<std::int64_t> most = std::nullopt;
  bool is_name = false;                   ///< must match [a-zA-Z0-9_.-]+
  bool names_item_table = false;          ///< is told, when empty, to have one character, and nothing else
  std::vector<std::string> allowed = {};  ///< the enumeration, in the order in which the service prints it
  bool keys_are_names = false;            ///< of a map: 3 to 255 characters of the same pattern
  bool values_are_batches = false;        ///< of a map: lists of 1 to 25
  bool shown_as_json = false;             ///< in complaints; anything else is shown as Java prints it
  std::string own_words = {};             ///< of an enumeration: the complaint of the newer checks, where it is not the usual one
};

struct Member {
  std::string name;
  Shape shape;
};

// Building blocks of the tables in shapes_*.cpp.
Shape text();
Shape flag();
Shape integer();
Shape long_integer();
Shape attribute_value();
Shape one_of(std::vector<std::string> allowed);
Shape list_of(Shape element);
Shape map_of(Shape element);
Shape structure(std::string java_name, std::vector<Member> members);
Shape required(Shape shape);
Shape between(Shape shape, std::optional<std::int64_t> least, std::optional<std::int64_t> most);
/// 3 to 255 characters of [a-zA-Z0-9_.-].
Shape name();

/// The SerializationException that a wrongly typed member makes: the first, in the order of the shape.
Complaint serialization_complaint(const Json& input, const Shape& shape);

/// "N validation error(s) detected: ...", at most ten.
Complaint constraint_complaint(const Json& input, const Shape& shape);

/// The complaints alone, for operations that print them differently.
std::vector<std::string> constraint_complaints(const Json& input, const Shape& shape);
std::string detected(const std::vector<std::string>& complaints);

/// Whether the service's newer checks leave a request on one item to the older ones: it has more levels of JSON than they read, or
/// neither an item nor a key.
bool is_left_to_older_checks(const Json& input);

/// A value as Java's toString shows it in a message.
std::string java_text(const Json& value, const Shape& shape);

/// The member, or nullptr when it is absent or null.
const Json* member_of(const Json& object, std::string_view name);

}  // namespace davit::aws::local::dynamodb
