// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/request_expressions.hpp"

#include <fmt/format.h>

#include <array>

#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_name_size = 65535;
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (expression parameters)
constexpr std::size_t k_max_placeholder_size = 255;
constexpr std::string_view k_name_too_long = "Attribute name is too large, must be less than 65536 bytes";

std::vector<std::string> present(const Json& input, const std::vector<std::string>& names)
{
  std::vector<std::string> out;
  std::copy_if(names.begin(), names.end(), std::back_inserter(out),
               [&input](const std::string& name) { return member_of(input, name) != nullptr; });
  return out;
}

bool is_placeholder(std::string_view text, char prefix)
{
  return text.size() > 1 && text[0] == prefix &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

/// The entries of a placeholder map, after the checks that both kinds share.
tl::expected<const Json*, std::string> placeholder_map(const Json& input, const std::string& member, char prefix)
{
  const Json* map = member_of(input, member);
  if (map == nullptr) {
    return nullptr;
  }
  if (map->empty()) {
    return tl::unexpected(member + " must not be empty");
  }
  for (const auto& [key, value] : map->items()) {
    if (key.size() > k_max_placeholder_size) {
      return tl::unexpected(fmt::format("{} contains invalid key: The expression attribute map contains a key that is too long;{}", member,
                                        prefix == '#' ? fmt::format(" size of key: {}", key.size()) : ""));
    }
    if (!is_placeholder(key, prefix)) {
      return tl::unexpected(fmt::format("{} contains invalid key: Syntax error; key: \"{}\"", member, key));
    }
  }
  return map;
}

tl::expected<void, std::string> read_names(const Json& input, Placeholders& placeholders)
{
  auto names = placeholder_map(input, "ExpressionAttributeNames", '#');
  if (!names) {
    return tl::unexpected(std::move(names).error());
  }
  if (*names == nullptr) {
    return {};
  }
  for (const auto& [key, value] : (*names)->items()) {
    std::string name = value.is_null() ? std::string() : value.get<std::string>();
    if (name.empty()) {
      return tl::unexpected(fmt::format("ExpressionAttributeNames contains invalid value: Empty attribute name for key {}", key));
    }
    if (name.size() > k_max_name_size) {
      return tl::unexpected(fmt::format("ExpressionAttributeNames contains invalid value: {} for key {}", k_name_too_long, key));
    }
    placeholders.names.emplace(key, std::move(name));
  }
  return {};
}

/// The service tells what is wrong with a number or a set that repeats itself wherever it stands, and of what is too deep never where.
bool names_no_placeholder(std::string_view complaint, ValueWords words)
{
  constexpr std::array<std::string_view, 4> k_everywhere{"contains duplicates", "numeric value", "significant digits",
                                                         "number with magnitude"};
  const auto is_in = [complaint](std::string_view part) { return complaint.find(part) != std::string_view::npos; };
  return complaint.starts_with("Nesting Levels") ||
         (words == ValueWords::newer && std::any_of(k_everywhere.begin(), k_everywhere.end(), is_in));
}

tl::expected<void, std::string> read_values(const Json& input, ValueWords words, Placeholders& placeholders)
{
  auto values = placeholder_map(input, "ExpressionAttributeValues", ':');
  if (!values) {
    return tl::unexpected(std::move(values).error());
  }
  if (*values == nullptr) {
    return {};
  }
  for (const auto& [key, json] : (*values)->items()) {
    auto value = aws::dynamodb::attribute_value_from_json(json);
    if (!value) {
      const std::string message = message_of(value.error(), words);
      return tl::unexpected(names_no_placeholder(message, words)
                                ? message
                                : fmt::format("ExpressionAttributeValues contains invalid value: {} for key {}", message, key));
    }
    placeholders.values.emplace(key, std::move(*value));
  }
  return {};
}

template <typename Expression>
tl::expected<void, std::string> read_expression(const Json& input, const std::string& member, Parsed<Expression> (*parse)(std::string_view),
                                                Placeholders& placeholders, std::optional<Expression>& out)
{
  const Json* text = member_of(input, member);
  if (text == nullptr) {
    return {};
  }
  auto parsed = parse(text->get_ref<const std::string&>());
  auto checked = parsed ? check(*parsed, placeholders) : Parsed<void>(tl::unexpected(parsed.error()));
  if (!checked) {
    return tl::unexpected(fmt::format("Invalid {}: {}", member, checked.error()));
  }
  out = std::move(*parsed);
  return {};
}

void visit_paths(const Node& node, const std::function<void(const Path&)>& visit)
{
  if (node.kind == Node::Kind::path && !node.path.empty()) {
    visit(node.path);
  }
  for (const Node& argument : node.arguments) {
    visit_paths(argument, visit);
  }
}

Complaint nested_path_complaint(const std::vector<Path>& paths, const Table& table)
{
  const auto looks_into = [&paths](const KeyAttribute& attribute) {
    return std::any_of(paths.begin(), paths.end(),
                       [&](const Path& path) { return path.size() > 1 && path[0] == PathElement(attribute.name); });
  };
  const auto complaint = [](std::string_view kind, const std::string& name) {
    return fmt::format("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {}: {}", kind, name);
  };
  for (const KeyAttribute& attribute : table.key().attributes()) {
    if (looks_into(attribute)) {
      return complaint("Key", attribute.name);
    }
  }
  for (const Index& index : table.indexes()) {
    for (const KeyAttribute& attribute : index.key.attributes()) {
      if (looks_into(attribute)) {
        return complaint("IndexKey", attribute.name);
      }
    }
  }
  return std::nullopt;
}

/// ConditionalOperator joins conditions, of which there must be some.
Complaint lone_operator_complaint(const Json& input)
{
  if (member_of(input, "ConditionalOperator") == nullptr) {
    return std::nullopt;
  }
  std::size_t conditions = 0;
  for (const char* member : {"Expected", "QueryFilter", "ScanFilter"}) {
    const Json* joined = member_of(input, member);
    conditions += joined == nullptr ? 0 : joined->size();
  }
  return conditions == 0   ? Complaint("ConditionalOperator cannot be used without Filter or Expected")
         : conditions == 1 ? Complaint("ConditionalOperator can only be used when Filter or Expected has two or more elements")
                           : std::nullopt;
}

std::vector<Path> paths_of(const ConditionExpression& condition)
{
  std::vector<Path> paths;
  visit_paths(condition.root, [&paths](const Path& path) { paths.push_back(path); });
  return paths;
}

}  // namespace

Complaint mixing_complaint(const Json& input, const ExpressionMembers& members)
{
  const auto expressions = present(input, members.expressions);
  std::vector<std::string> older = present(input, members.older);
  // KeyConditions may stand beside expressions of other kinds.
  if (member_of(input, "KeyConditionExpression") == nullptr) {
    std::erase(older, "KeyConditions");
  }
  if (!expressions.empty() && !older.empty()) {
    return fmt::format(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
        fmt::join(older, ", "), fmt::join(expressions, ", "));
  }
  if (auto complaint = lone_operator_complaint(input)) {
    return complaint;
  }
  if (member_of(input, "ExpressionAttributeNames") != nullptr && expressions.empty()) {
    return "ExpressionAttributeNames can only be specified when using expressions";
  }
  std::vector<std::string> with_values = members.expressions;
  std::erase(with_values, "ProjectionExpression");
  if (!with_values.empty() && member_of(input, "ExpressionAttributeValues") != nullptr && present(input, with_values).empty()) {
    return "ExpressionAttributeValues can only be specified when using expressions" +
           (members.names_missing ? fmt::format(": {} {} null", fmt::join(with_values, " and "), with_values.size() > 1 ? "are" : "is")
                                  : "");
  }
  return std::nullopt;
}

tl::expected<Expressions, std::string> read_expressions(const Json& input, ValuePlaceholders values)
{
  Placeholders placeholders;
  Expressions out;
  auto read = read_names(input, placeholders);
  const auto then = [&read](auto next) {
    if (read) {
      read = next();
    }
  };
  if (values != ValuePlaceholders::ignored) {
    const auto words = values == ValuePlaceholders::named ? ValueWords::older : ValueWords::newer;
    then([&] { return read_values(input, words, placeholders); });
  }
  then([&] { return read_expression(input, "UpdateExpression", parse_update, placeholders, out.update); });
  then([&] { return read_expression(input, "ConditionExpression", parse_condition, placeholders, out.condition); });
  then([&] { return read_expression(input, "KeyConditionExpression", parse_condition, placeholders, out.key_condition); });
  then([&] { return read_expression(input, "FilterExpression", parse_condition, placeholders, out.filter); });
  then([&] { return read_expression(input, "ProjectionExpression", parse_projection, placeholders, out.projection); });
  if (!read) {
    return tl::unexpected(std::move(read).error());
  }
  if (const std::string unused = placeholders.unused_names(); !unused.empty()) {
    return tl::unexpected(fmt::format("Value provided in ExpressionAttributeNames unused in expressions: keys: {{{}}}", unused));
  }
  if (const std::string unused = placeholders.unused_values(); !unused.empty()) {
    return tl::unexpected(fmt::format("Value provided in ExpressionAttributeValues unused in expressions: keys: {{{}}}", unused));
  }
  return out;
}

std::string message_of(const aws::dynamodb::WireError& error, ValueWords words)
{
  return words == ValueWords::older || error.newer_message.empty() ? error.message : error.newer_message;
}

tl::expected<Item, std::string> read_attributes(const Json& object, ValueWords words)
{
  // The shape of the whole request was checked before.
  auto item = aws::dynamodb::checked_item_from_json(object);
  if (!item) {
    return tl::unexpected(message_of(item.error(), words));
  }
  for (const auto& [name, value] : *item) {
    if (name.empty()) {
      return tl::unexpected(std::string("One or more parameter values were invalid: Attribute name must not be empty"));
    }
    if (name.size() > k_max_name_size) {
      return tl::unexpected(fmt::format("One or more parameter values were invalid: {}", k_name_too_long));
    }
  }
  return std::move(*item);
}

Complaint nested_key_complaint(const ConditionExpression& condition, const Table& table)
{
  return nested_path_complaint(paths_of(condition), table);
}

Complaint nested_key_complaint(const UpdateExpression& update, const Table& table)
{
  std::vector<Path> paths;
  for (const UpdateAction& action : update.actions) {
    paths.push_back(action.path);
    visit_paths(action.operand, [&paths](const Path& path) { paths.push_back(path); });
  }
  return nested_path_complaint(paths, table);
}

Complaint nested_key_complaint(const ProjectionExpression& projection, const Table& table)
{
  return nested_path_complaint(projection.paths, table);
}

std::set<std::string> attributes_of(const ConditionExpression& condition)
{
  std::set<std::string> names;
  visit_paths(condition.root, [&names](const Path& path) { names.insert(std::get<std::string>(path.front())); });
  return names;
}

}  // namespace davit::aws::local::dynamodb
