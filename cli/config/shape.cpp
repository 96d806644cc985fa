// SPDX-License-Identifier: Apache-2.0
#include "cli/config/shape.hpp"

#include <fmt/format.h>

#include <charconv>

#include "aws/core/time.hpp"
#include "cli/config/key_spec.hpp"

namespace davit::cli::config {
namespace {

constexpr std::string_view k_attribute_pattern = "^[^:]{1,255}(:[SNB])?$";
constexpr std::string_view k_bytes_pattern = "^[1-9][0-9]* bytes$";
constexpr std::string_view k_duration_pattern = "^([0-9]+(ms|s|m|h|d))+$";
constexpr int k_min_secret_bytes = 16;
/// A secret's value has at most 65,536 bytes, and hex text takes two a byte:
/// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
constexpr int k_max_secret_bytes = 32768;

std::string duration_text(std::chrono::milliseconds duration)
{
  constexpr std::pair<std::int64_t, std::string_view> k_units[] = {
      {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}};
  for (const auto& [size, unit] : k_units) {
    if (duration.count() % size == 0) {
      return fmt::format("{}{}", duration.count() / size, unit);
    }
  }
  return {};
}

std::optional<KeyAttribute> read_attribute(Reader& reader, const yaml::Node& node)
{
  const auto text = accept(reader, node, yaml::as_text(node));
  return text ? accept(reader, node, parse_key_attribute(*text)) : std::nullopt;
}

/// 512, not 512.0.
OrderedJson number_json(double number)
{
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? OrderedJson(whole) : OrderedJson(number);
}

}  // namespace

std::string joined_path(const std::string& path, std::string_view segment)
{
  return path.empty() ? std::string(segment) : fmt::format("{}.{}", path, segment);
}

OrderedJson describe_rule(const TextRule& rule)
{
  OrderedJson schema = OrderedJson::object();
  if (!rule.pattern.empty()) {
    schema["pattern"] = rule.pattern;
  }
  if (!rule.but_not.empty()) {
    schema["not"] = {{"pattern", rule.but_not}};
  }
  if (rule.minimum_length > 0) {
    schema["minLength"] = rule.minimum_length;
  }
  if (rule.maximum_length > 0) {
    schema["maxLength"] = rule.maximum_length;
  }
  return schema;
}

OrderedJson describe_text(const Constraint& constraint)
{
  OrderedJson schema = {{"type", "string"}};
  if (constraint.text != nullptr) {
    schema.update(describe_rule(*constraint.text));
  }
  if (!constraint.values.empty()) {
    schema["enum"] = constraint.values;
  }
  return schema;
}

OrderedJson describe_number(std::string_view type, const Constraint& constraint)
{
  OrderedJson schema = {{"type", type}};
  if (constraint.minimum) {
    schema["minimum"] = number_json(*constraint.minimum);
  }
  if (constraint.maximum) {
    schema["maximum"] = number_json(*constraint.maximum);
  }
  return schema;
}

OrderedJson describe_list(const OrderedJson& element, const Constraint& constraint)
{
  OrderedJson schema = {{"type", "array"}, {"items", element}};
  if (constraint.minimum_elements > 0) {
    schema["minItems"] = constraint.minimum_elements;
  }
  return schema;
}

OrderedJson describe_map(const OrderedJson& element, const Constraint& constraint)
{
  OrderedJson schema = {{"type", "object"}, {"additionalProperties", element}};
  if (constraint.key != nullptr) {
    schema["propertyNames"] = describe_rule(*constraint.key);
  }
  return schema;
}

OrderedJson describe_object(std::span<const Field> fields, Completeness completeness, const Constraint& constraint)
{
  auto properties = OrderedJson::object();
  auto required = OrderedJson::array();
  for (const Field& field : fields) {
    OrderedJson property = field.shape->describe(field.constraint, completeness);
    property["description"] = field.doc;
    if (const auto value = field.default_value(field); !value.is_null() && completeness == Completeness::whole) {
      property["default"] = value;
    }
    properties[std::string(field.key)] = std::move(property);
    if (field.presence == Presence::required && completeness == Completeness::whole) {
      required.push_back(field.key);
    }
  }
  OrderedJson schema;
  schema["type"] = constraint.nothing_is_empty ? OrderedJson{"object", "null"} : OrderedJson("object");
  schema["properties"] = std::move(properties);
  schema["additionalProperties"] = false;
  if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  for (const std::string_view key : completeness == Completeness::whole ? constraint.one_of : std::span<const std::string_view>()) {
    schema["oneOf"].push_back({{"required", {key}}});
  }
  return schema;
}

void visit_object(const void* owner, std::span<const Field> fields, const std::string& path, const Visit& visit)
{
  for (const Field& field : fields) {
    // member() only moves the pointer; visit() takes what it points to as const again.
    field.shape->visit(field.member(const_cast<void*>(owner)), joined_path(path, field.key), visit);
  }
}

void ShapeOf<double>::visit(const void* value, const std::string& path, const Visit& visit)
{
  visit(path, number_json(*static_cast<const double*>(value)));
}

void ShapeOf<std::vector<std::string>>::read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
{
  if (!reader.expect(node, yaml::Kind::sequence, constraint)) {
    return;
  }
  auto& list = *static_cast<std::vector<std::string>*>(value);
  for (const auto& element : node.elements) {
    const Reader::Step step{reader, fmt::format("[{}]", list.size()), {.key = nullptr, .value = &element}};
    list.emplace_back();
    ShapeOf<std::string>::read(reader, element, constraint, &list.back());
  }
  if (list.size() < constraint.minimum_elements) {
    reader.complain(node, {.message = fmt::format("expected a list of at least {}, found {}", constraint.minimum_elements, list.size())});
  }
}

void ShapeOf<KeySpec>::read(Reader& reader, const yaml::Node& node, const Constraint& /*constraint*/, void* value)
{
  auto& spec = *static_cast<KeySpec*>(value);
  if (node.kind != yaml::Kind::sequence) {
    spec.partition = read_attribute(reader, node).value_or(KeyAttribute{});
    return;
  }
  if (node.elements.empty() || node.elements.size() > 2) {
    reader.complain(node, {.message = fmt::format("a key has one or two attributes, not {}", node.elements.size()),
                           .hint = "write a name, or [partition, sort]"});
    return;
  }
  spec.partition = read_attribute(reader, node.elements.front()).value_or(KeyAttribute{});
  if (node.elements.size() == 2) {
    spec.sort = read_attribute(reader, node.elements.back());
  }
  accept(reader, node, make_key_spec(spec.partition, spec.sort));
}

OrderedJson ShapeOf<KeySpec>::describe(const Constraint& /*constraint*/, Completeness /*completeness*/)
{
  const OrderedJson attribute = {{"type", "string"}, {"pattern", k_attribute_pattern}};
  return {{"oneOf", {attribute, {{"type", "array"}, {"items", attribute}, {"minItems", 1}, {"maxItems", 2}, {"uniqueItems", true}}}}};
}

void ShapeOf<KeySpec>::visit(const void* value, const std::string& path, const Visit& visit)
{
  const auto& spec = *static_cast<const KeySpec*>(value);
  if (!spec.partition.name.empty()) {
    const auto pair = [&] { return OrderedJson{to_string(spec.partition), to_string(*spec.sort)}; };
    visit(path, spec.sort ? pair() : OrderedJson(to_string(spec.partition)));
  }
}

void ShapeOf<std::chrono::milliseconds>::read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
{
  const auto text = accept(reader, node, yaml::as_text(node));
  if (!text) {
    return;
  }
  const auto duration = parse_duration(*text);
  if (!duration) {
    reader.complain(node,
                    {.message = fmt::format("expected a duration, found {}", yaml::describe(node)), .hint = "write 90s, 15m, 1h or 2d"});
    return;
  }
  const double seconds = static_cast<double>(duration->count()) / 1000;
  if (seconds < constraint.minimum.value_or(0) || seconds > constraint.maximum.value_or(seconds)) {
    reader.complain(node, {.message = fmt::format("{} is too short or too long", node.text), .hint = "1 second to 10 years"});
  }
  *static_cast<std::chrono::milliseconds*>(value) = *duration;
}

OrderedJson ShapeOf<std::chrono::milliseconds>::describe(const Constraint& /*constraint*/, Completeness /*completeness*/)
{
  return {{"type", "string"}, {"pattern", k_duration_pattern}};
}

void ShapeOf<std::chrono::milliseconds>::visit(const void* value, const std::string& path, const Visit& visit)
{
  visit(path, duration_text(*static_cast<const std::chrono::milliseconds*>(value)));
}

void ShapeOf<OrderedJson>::read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
{
  if (!reader.expect(node, yaml::Kind::mapping, constraint)) {
    return;
  }
  auto& object = *static_cast<OrderedJson*>(value);
  for (const auto& [key, member] : node.members) {
    const Reader::Step step{reader, key.text, {.key = &key, .value = &member}};
    object[key.text] = yaml::to_json(member, [&](const yaml::Node& at, const yaml::Complaint& c) { reader.complain(at, c); });
  }
}

OrderedJson ShapeOf<OrderedJson>::describe(const Constraint& /*constraint*/, Completeness /*completeness*/)
{
  return {{"type", "object"}};
}

void ShapeOf<OrderedJson>::visit(const void* value, const std::string& path, const Visit& visit)
{
  for (const auto& [name, member] : static_cast<const OrderedJson*>(value)->items()) {
    visit(joined_path(path, name), member);
  }
}

void ByteCountShape::read(Reader& reader, const yaml::Node& node, const Constraint& /*constraint*/, void* value)
{
  const auto text = accept(reader, node, yaml::as_text(node));
  if (!text) {
    return;
  }
  int count = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
  const bool has_unit = std::string_view(end, static_cast<std::size_t>(text->data() + text->size() - end)) == " bytes";
  if (error != std::errc{} || !has_unit || text->front() == '0') {
    reader.complain(
        node, {.message = fmt::format("expected a number of bytes, found {}", yaml::describe(node)), .hint = "write it as `64 bytes`"});
  } else if (count < k_min_secret_bytes || count > k_max_secret_bytes) {
    reader.complain(node, {.message = fmt::format("expected {} to {} bytes, found {}", k_min_secret_bytes, k_max_secret_bytes, count)});
  }
  *static_cast<std::optional<int>*>(value) = count;
}

OrderedJson ByteCountShape::describe(const Constraint& /*constraint*/, Completeness /*completeness*/)
{
  return {{"type", "string"}, {"pattern", k_bytes_pattern}};
}

void ByteCountShape::visit(const void* value, const std::string& path, const Visit& visit)
{
  if (const auto& count = *static_cast<const std::optional<int>*>(value)) {
    visit(path, fmt::format("{} bytes", *count));
  }
}

void EnvironmentsShape::read(Reader& reader, const yaml::Node& node, const Constraint& constraint, void* value)
{
  if (!reader.expect(node, yaml::Kind::mapping, constraint)) {
    return;
  }
  for (const auto& [key, block] : node.members) {
    const Reader::Step step{reader, key.text, {.key = &key, .value = &block}};
    reader.check_key(key, constraint);
    static_cast<std::vector<std::string>*>(value)->push_back(key.text);
    if (!reader.expect(block, yaml::Kind::mapping, {.nothing_is_empty = true})) {
      continue;
    }
    for (const auto& member : block.members) {
      if (member.key.text == "environments" || member.key.text == "name") {
        reader.complain(member.key, {.message = fmt::format("an environment cannot change \"{}\"", member.key.text),
                                     .hint = "it is the same for all environments"});
      }
    }
  }
}

OrderedJson EnvironmentsShape::describe(const Constraint& constraint, Completeness completeness)
{
  if (completeness == Completeness::part) {
    return OrderedJson::object();  // Blocks have no blocks: erased by the call that describes the whole.
  }
  auto block = describe_object(root_fields(), Completeness::part, {.nothing_is_empty = true});
  block["properties"].erase("environments");
  block["properties"].erase("name");
  return describe_map(block, constraint);
}

}  // namespace davit::cli::config
