// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/plain_json.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/format/value_reader.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

using Kind = ExactJson::Kind;

/// Reads plain JSON into attribute values. What it cannot read it notes and leaves as NULL.
class PlainReader : ValueReader
{
public:
  PlainReader(std::vector<Problem>& problems, std::vector<Password>* passwords) : ValueReader(problems), m_passwords(passwords) {}

  Map map(const ExactJson& json)
  {
    Map out;
    for (const auto& [name, value] : json.members) {
      const std::string attribute = name.starts_with("$$") ? name.substr(1) : name;
      if (name.starts_with("$") && !name.starts_with("$$")) {
        refuse(Reason::tag_unknown, value.at,
               fmt::format("\"{}\" stands for nothing here; an attribute name that begins with $ is written \"${}\"", name, name));
        continue;
      }
      m_path.emplace_back(attribute);
      AttributeValue read = this->value(value);
      m_path.pop_back();
      add_member(out, attribute, std::move(read), value.at);
    }
    return out;
  }

  AttributeValue value(const ExactJson& json)
  {
    switch (json.kind) {
      case Kind::null:
        return Null{};
      case Kind::boolean:
        return json.truth;
      case Kind::number:
        return number(json.text, json.at);
      case Kind::string:
        return json.text;
      case Kind::array:
        return list(json);
      case Kind::object:
        return object(json);
      case Kind::too_deep:
        return refuse(Reason::depth, json.at, "the value is nested deeper than 32 levels");
    }
    return Null{};
  }

private:
  List list(const ExactJson& json)
  {
    List out;
    for (const auto& element : json.elements) {
      m_path.emplace_back(out.size());
      out.push_back(value(element));
      m_path.pop_back();
    }
    return out;
  }

  AttributeValue object(const ExactJson& json)
  {
    const JsonMember* tag = json.only_member();
    if (tag != nullptr && tag->name == "$bin") {
      return binary(tag->value);
    }
    if (tag != nullptr && tag->name == "$set") {
      return set(tag->value);
    }
    if (tag != nullptr && tag->name == "$password") {
      return password(tag->value);
    }
    return map(json);
  }

  AttributeValue binary(const ExactJson& json)
  {
    return json.kind == Kind::string ? ValueReader::binary(json.text, json.at)
                                     : refuse(Reason::type_value, json.at, "$bin takes base64 in a string");
  }

  AttributeValue set(const ExactJson& json)
  {
    if (json.kind != Kind::array) {
      return refuse(Reason::type_value, json.at, "$set takes an array");
    }
    const std::size_t problems_before = problem_count();
    std::vector<Element> elements;
    for (const auto& element : json.elements) {
      elements.push_back({value(element), element.at});
    }
    return problem_count() == problems_before ? make_set(std::move(elements), json.at) : Null{};
  }

  AttributeValue password(const ExactJson& json)
  {
    if (m_passwords == nullptr) {
      return refuse(Reason::password, json.at, "$password stands only in the items of a file");
    }
    if (json.kind != Kind::string || json.text.empty()) {
      return refuse(Reason::password, json.at, "$password takes a string that is not empty");
    }
    m_passwords->push_back({m_path, json.text});
    return password_placeholder();
  }

  std::vector<Password>* m_passwords;
  Path m_path;
};

/// Appends the canonical form of each type.
class PlainWriter
{
public:
  explicit PlainWriter(std::string& out) : m_out(out) {}

  void operator()(const std::string& value) { append_json_string(m_out, value); }
  void operator()(const Number& value) { m_out += value.to_string(); }
  void operator()(const Binary& value) { m_out += "{\"$bin\":\"" + to_base64(value.bytes) + "\"}"; }
  void operator()(bool value) { m_out += value ? "true" : "false"; }
  void operator()(const Null&) { m_out += "null"; }
  void operator()(const List& list) { sequence(list); }
  void operator()(const StringSet& set) { tagged_set(set); }
  void operator()(const NumberSet& set) { tagged_set(set); }
  void operator()(const BinarySet& set) { tagged_set(set); }
  void operator()(const AttributeValue& value) { std::visit(*this, value.variant()); }

  void operator()(const Map& map)
  {
    char separator = '{';
    for (const auto& [name, value] : map) {
      m_out += std::exchange(separator, ',');
      append_json_string(m_out, name.starts_with("$") ? "$" + name : name);
      m_out += ':';
      (*this)(value);
    }
    m_out += map.empty() ? "{}" : "}";
  }

private:
  template <typename Elements>
  void sequence(const Elements& elements)
  {
    char separator = '[';
    for (const auto& element : elements) {
      m_out += std::exchange(separator, ',');
      (*this)(element);
    }
    m_out += elements.empty() ? "[]" : "]";
  }

  template <typename Set>
  void tagged_set(const Set& set)
  {
    m_out += "{\"$set\":";
    sequence(set);
    m_out += '}';
  }

  std::string& m_out;
};

}  // namespace

Record record_from_plain_json(const ExactJson& json)
{
  Record record{.item = {}, .passwords = {}, .problems = {}, .at = json.at};
  if (json.kind != Kind::object) {
    record.problems.push_back({Reason::not_an_item, "an item is an object of attributes", json.at});
    return record;
  }
  record.item = PlainReader{record.problems, &record.passwords}.map(json);
  return record;
}

tl::expected<AttributeValue, Problem> value_from_plain_json(const ExactJson& json)
{
  std::vector<Problem> problems;
  AttributeValue value = PlainReader{problems, nullptr}.value(json);
  if (!problems.empty()) {
    return tl::unexpected(std::move(problems.front()));
  }
  return value;
}

std::string to_plain_json(const AttributeValue& value)
{
  std::string out;
  PlainWriter{out}(value);
  return out;
}

std::string to_plain_json(const Item& item)
{
  std::string out;
  PlainWriter{out}(item);
  return out;
}

}  // namespace davit::aws::dynamodb::format
