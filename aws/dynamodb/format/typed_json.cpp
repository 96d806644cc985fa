// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/typed_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/dynamodb/format/value_reader.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

using Kind = ExactJson::Kind;

bool is_typed_value(const ExactJson& json)
{
  const JsonMember* only = json.only_member();
  return only != nullptr && attribute_type_of(only->name).has_value();
}

/// The item inside of {"Item": {...}}, unless that is the attribute named Item of a bare item.
const ExactJson& unwrapped(const ExactJson& json)
{
  const JsonMember* only = json.only_member();
  return only != nullptr && only->name == "Item" && only->value.kind == Kind::object && !is_typed_value(only->value) ? only->value : json;
}

/// Reads DynamoDB JSON into attribute values. What it cannot read it notes and leaves as NULL.
class TypedReader : ValueReader
{
public:
  explicit TypedReader(std::vector<Problem>& problems) : ValueReader(problems) {}

  Map map(const ExactJson& json)
  {
    Map out;
    for (const auto& [name, value] : json.members) {
      add_member(out, name, this->value(value), value.at);
    }
    return out;
  }

private:
  AttributeValue value(const ExactJson& json)
  {
    if (json.kind == Kind::too_deep) {
      return refuse(Reason::depth, json.at, "the value is nested deeper than 32 levels");
    }
    const JsonMember* only = json.only_member();
    if (only == nullptr) {
      return refuse(Reason::type_unknown, json.at, "a value is an object with one member, its type: {\"S\": \"text\"}");
    }
    const auto type = attribute_type_of(only->name);
    if (!type) {
      return refuse(Reason::type_unknown, json.at,
                    fmt::format("{} is none of S, N, B, BOOL, NULL, L, M, SS, NS and BS", shown(only->name)));
    }
    return value_of(*type, only->value);
  }

  AttributeValue value_of(AttributeType type, const ExactJson& json)
  {
    switch (type) {
      case AttributeType::string:
      case AttributeType::number:
      case AttributeType::binary:
        return scalar(type, json);
      case AttributeType::boolean:
        return json.kind == Kind::boolean ? AttributeValue(json.truth) : misfit("BOOL", "true or false", json);
      case AttributeType::null:
        return json.kind == Kind::boolean && json.truth ? AttributeValue(Null{}) : misfit("NULL", "true", json);
      case AttributeType::list:
        return json.kind == Kind::array ? list(json) : misfit("L", "an array", json);
      case AttributeType::map:
        return json.kind == Kind::object ? AttributeValue(map(json)) : misfit("M", "an object", json);
      case AttributeType::string_set:
        return set(AttributeType::string, json);
      case AttributeType::number_set:
        return set(AttributeType::number, json);
      case AttributeType::binary_set:
        return set(AttributeType::binary, json);
    }
    return Null{};
  }

  AttributeValue misfit(std::string_view type, std::string_view wanted, const ExactJson& json)
  {
    if (json.kind == Kind::too_deep) {
      return refuse(Reason::depth, json.at, "the value is nested deeper than 32 levels");
    }
    return refuse(Reason::type_value, json.at, fmt::format("{} takes {}", type, wanted));
  }

  AttributeValue scalar(AttributeType type, const ExactJson& json)
  {
    if (json.kind != Kind::string) {
      return misfit(wire_name(type), "a string", json);
    }
    if (type == AttributeType::number) {
      return number(json.text, json.at);
    }
    return type == AttributeType::binary ? binary(json.text, json.at) : AttributeValue(json.text);
  }

  AttributeValue list(const ExactJson& json)
  {
    List out;
    for (const auto& element : json.elements) {
      out.push_back(value(element));
    }
    return out;
  }

  AttributeValue set(AttributeType type, const ExactJson& json)
  {
    if (json.kind != Kind::array) {
      return misfit("a set", "an array of strings", json);
    }
    const std::size_t problems_before = problem_count();
    std::vector<Element> elements;
    for (const auto& element : json.elements) {
      elements.push_back({scalar(type, element), element.at});
    }
    return problem_count() == problems_before ? make_set(std::move(elements), json.at) : Null{};
  }
};

}  // namespace

Record record_from_typed_json(const ExactJson& json)
{
  Record record{.item = {}, .passwords = {}, .problems = {}, .at = json.at};
  if (json.kind != Kind::object) {
    record.problems.push_back({Reason::not_an_item, "an item is an object of attributes", json.at});
    return record;
  }
  record.item = TypedReader{record.problems}.map(unwrapped(json));
  return record;
}

bool looks_typed(const ExactJson& json)
{
  const auto& item = unwrapped(json);
  const auto is_object = [](const JsonMember& member) { return member.value.kind == Kind::object; };
  const auto is_typed = [](const JsonMember& member) { return is_typed_value(member.value); };
  return item.kind == Kind::object && std::all_of(item.members.begin(), item.members.end(), is_object) &&
         std::any_of(item.members.begin(), item.members.end(), is_typed);
}

std::string to_typed_json(const Item& item)
{
  std::string out = "{\"Item\":";
  append_json(out, item);
  return out + '}';
}

}  // namespace davit::aws::dynamodb::format
