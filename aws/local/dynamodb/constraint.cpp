// SPDX-License-Identifier: Apache-2.0
// The constraints of the API model, and the words in which the service reports them.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "aws/dynamodb/attribute_value.hpp"
#include "aws/local/dynamodb/shape.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_complaints = 10;
constexpr std::string_view k_name_pattern = "[a-zA-Z0-9_.-]+";

std::string lower_first(std::string text)
{
  text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

bool is_name(std::string_view text)
{
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-'; });
}

/// The value of a number, the length of anything else. Text is counted in characters.
std::int64_t magnitude_of(const Json& json)
{
  if (json.is_number()) {
    return json.is_number_float() ? static_cast<std::int64_t>(json.get<double>()) : json.get<std::int64_t>();
  }
  if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  }
  return static_cast<std::int64_t>(json.size());
}

bool is_deep(const Json& input)
{
  constexpr std::size_t k_most_levels = 128;
  std::vector<const Json*> level{&input};
  for (std::size_t depth = 1; depth <= k_most_levels && !level.empty(); ++depth) {
    std::vector<const Json*> next;
    for (const Json* json : level) {
      for (const Json& element : *json) {
        if (element.is_structured()) {
          next.push_back(&element);
        }
      }
    }
    level = std::move(next);
  }
  return !level.empty();
}

/// Where a value stands; made text of only for a complaint.
struct Place {
  const Place* outer = nullptr;
  std::string_view step = {};
  bool is_member = true;  ///< its name is shown with a small letter; an element is shown as `step.member`

  [[nodiscard]] std::string text() const
  {
    if (outer == nullptr) {
      return {};
    }
    const std::string before = outer->text();
    return before + (before.empty() ? "" : ".") + (is_member ? lower_first(std::string(step)) : std::string(step) + ".member");
  }
};

class Complaints
{
public:
  explicit Complaints(const Json& input) : m_input(input) {}

  void look(const Json* json, const Shape& shape, const Place& path, bool is_required)
  {
    if (is_required && json == nullptr) {
      add(json, shape, path, "Member must not be null");
    }
    if (json == nullptr || m_found.size() >= k_max_complaints) {
      return;
    }
    look_at_value(*json, shape, path);
    look_inside(*json, shape, path);
  }

  std::vector<std::string> take() { return std::move(m_found); }

private:
  void add(const Json* json, const Shape& shape, const Place& path, std::string_view rule)
  {
    if (m_found.size() < k_max_complaints) {
      const std::string value = json == nullptr ? "null" : "'" + (shape.shown_as_json ? dump_json(*json) : java_text(*json, shape)) + "'";
      m_found.push_back(fmt::format("Value {} at '{}' failed to satisfy constraint: {}", value, path.text(), rule));
    }
  }

  void look_at_value(const Json& json, const Shape& shape, const Place& path)
  {
    // Where a name is expected an ARN will do; whether there is such a thing is found out later.
    if (shape.is_name && json.get_ref<const std::string&>().starts_with("arn:")) {
      return;
    }
    if (shape.names_item_table && json.get_ref<const std::string&>().empty()) {
      add(&json, shape, path, "Member must have length greater than or equal to 1");
      return;
    }
    if (shape.is_name && !is_name(json.get_ref<const std::string&>())) {
      add(&json, shape, path, fmt::format("Member must satisfy regular expression pattern: {}", k_name_pattern));
    }
    const std::string_view what = json.is_number() ? "value" : "length";
    if (shape.least && magnitude_of(json) < *shape.least) {
      add(&json, shape, path, fmt::format("Member must have {} greater than or equal to {}", what, *shape.least));
    }
    if (shape.most && magnitude_of(json) > *shape.most) {
      add(&json, shape, path, fmt::format("Member must have {} less than or equal to {}", what, *shape.most));
    }
    if (!shape.allowed.empty() &&
        std::find(shape.allowed.begin(), shape.allowed.end(), json.get_ref<const std::string&>()) == shape.allowed.end()) {
      if (!shape.own_words.empty() && !is_left_to_older_checks(m_input)) {
        m_found.push_back(shape.own_words);
        return;
      }
      add(&json, shape, path, fmt::format("Member must satisfy enum value set: [{}]", fmt::join(shape.allowed, ", ")));
    }
    if (shape.keys_are_names || shape.values_are_batches) {
      look_at_entries(json, shape, path);
    }
  }

  void look_at_entries(const Json& json, const Shape& shape, const Place& path)
  {
    for (const auto& [key, value] : json.items()) {
      if (shape.keys_are_names && (key.size() < 3 || key.size() > 255 || !is_name(key))) {
        add(&json, shape, path,
            "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to "
            "3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
      }
      if (shape.values_are_batches && (value.empty() || value.size() > 25)) {
        add(&json, shape, path,
            "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]");
      }
    }
  }

  void look_inside(const Json& json, const Shape& shape, const Place& path)
  {
    if (shape.kind == Shape::Kind::structure) {
      for (const auto& [name, member] : shape.members) {
        look(member_of(json, name), member, {&path, name}, member.required);
      }
      return;
    }
    if (!shape.element || shape.element->kind == Shape::Kind::attribute_value) {
      return;
    }
    std::size_t index = 0;
    for (const auto& [key, element] : json.items()) {
      const std::string place = json.is_array() ? std::to_string(++index) : key;
      look(element.is_null() ? nullptr : &element, *shape.element, {&path, place, false}, true);
    }
  }

  const Json& m_input;
  std::vector<std::string> m_found;
};

// The members that Java prints, of which three never appear on the wire.
constexpr std::array<std::string_view, 16> k_java_members{"S",  "N",      "B",          "INT",       "DECIMAL", "DOUBLE", "SS",   "NS",
                                                          "BS", "INTSET", "DECIMALSET", "DOUBLESET", "M",       "L",      "NULL", "BOOL"};

std::string join(const std::vector<std::string>& parts)
{
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string java_text_of_attribute_value(const Json& value, int depth)
{
  std::vector<std::string> parts;
  for (const std::string_view name : k_java_members) {
    const Json* member = member_of(value, name);
    std::string shown = "null";
    if (member != nullptr && member->is_string()) {
      shown = member->get<std::string>();
    } else if (member != nullptr && (depth > 4 || !member->is_structured())) {
      shown = dump_json(*member);
    } else if (member != nullptr) {
      std::vector<std::string> inner;
      for (const auto& [key, element] : member->items()) {
        const std::string text = element.is_string() ? element.get<std::string>() : java_text_of_attribute_value(element, depth + 1);
        inner.push_back(member->is_object() ? key + "=" + text : text);
      }
      shown = (member->is_object() ? "{" : "[") + join(inner) + (member->is_object() ? "}" : "]");
    }
    parts.push_back(lower_first(std::string(name)) + "=" + shown);
  }
  return "AttributeValue(" + join(parts) + ")";
}

std::string java_text_of_structure(const Json& value, const Shape& shape)
{
  std::vector<std::string> parts;
  for (const auto& [name, member] : shape.members) {
    const Json* found = member_of(value, name);
    parts.push_back(lower_first(name) + "=" + (found == nullptr ? "null" : java_text(*found, member)));
  }
  return shape.java_name + "(" + join(parts) + ")";
}

}  // namespace

bool is_left_to_older_checks(const Json& input)
{
  return is_deep(input) || (member_of(input, "Item") == nullptr && member_of(input, "Key") == nullptr);
}

std::string java_text(const Json& value, const Shape& shape)
{
  if (value.is_null()) {
    return "null";
  }
  if (shape.kind == Shape::Kind::structure) {
    return java_text_of_structure(value, shape);
  }
  if (shape.kind == Shape::Kind::attribute_value) {
    return java_text_of_attribute_value(value, 0);
  }
  if (shape.element) {
    std::vector<std::string> parts;
    for (const auto& [key, element] : value.items()) {
      parts.push_back((value.is_object() ? key + "=" : "") + java_text(element, *shape.element));
    }
    return (value.is_object() ? "{" : "[") + join(parts) + (value.is_object() ? "}" : "]");
  }
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

std::vector<std::string> constraint_complaints(const Json& input, const Shape& shape)
{
  Complaints complaints(input);
  complaints.look(&input, shape, {}, shape.required);
  return complaints.take();
}

std::string detected(const std::vector<std::string>& complaints)
{
  return fmt::format("{} validation error{} detected: {}", complaints.size(), complaints.size() == 1 ? "" : "s",
                     fmt::join(complaints, "; "));
}

Complaint constraint_complaint(const Json& input, const Shape& shape)
{
  const auto complaints = constraint_complaints(input, shape);
  return complaints.empty() ? std::nullopt : Complaint(detected(complaints));
}

}  // namespace davit::aws::local::dynamodb
