// SPDX-License-Identifier: Apache-2.0
#include "commands/item/access.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/core/encoding.hpp"
#include "aws/core/spelling.hpp"
#include "aws/dynamodb/format/expression_text.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/missing_table.hpp"

namespace davit::commands::item {

using namespace aws::dynamodb;

namespace {

KeyAttribute key_attribute_of(const cli::config::KeyAttribute& attribute)
{
  return {.name = attribute.name, .type = attribute_type_of(std::string(1, attribute.type)).value_or(AttributeType::string)};
}

KeySchema key_schema_of(const cli::config::KeySpec& spec)
{
  KeySchema out{.partition = {key_attribute_of(spec.partition)}, .sort = {}};
  if (spec.sort) {
    out.sort.push_back(key_attribute_of(*spec.sort));
  }
  return out;
}

Error problem_error(const std::string& name, const format::Problem& problem)
{
  Error error = usage_error(fmt::format("{} is no plain JSON that DynamoDB can store", name));
  error.diagnostics.push_back(
      {.file = name, .line = static_cast<int>(problem.at.line), .column = problem.at.column, .message = problem.message});
  return error;
}

Result<format::ExactJson> parse_exactly(const std::string& text, const std::string& name)
{
  auto source = format::TextSource::of_text(text, name);
  auto json = format::read_json(source);
  if (!json) {
    return fail(problem_error(name, json.error()));
  }
  format::skip_white_space(source);
  if (source.peek() != format::TextSource::k_end) {
    return fail(problem_error(name, format::unexpected_byte(source, "nothing more")));
  }
  return std::move(*json);
}

Error missing_table(cli::Context& context, const std::string& table, Error error)
{
  auto access = open_table(context, table);
  const auto project = context.project_if_any();
  if (!access || !project) {
    return error;
  }
  const auto& target = access->target;
  if (target.table == nullptr) {
    return missing_table_error(access->client, std::move(error), target.physical_name, cli::config::table_keys(*project));
  }
  error.message = fmt::format("there is no table {} ({})", target.name, target.physical_name);
  error.hint = fmt::format("make it by `davit table create {}`", target.name);
  return error;
}

}  // namespace

Result<Access> open_table(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  return Access{.target = cli::config::find_table(project, name), .client = Client{*session}};
}

Result<KeySchema> key_schema(Access& access, const std::string& index)
{
  const auto* table = access.target.table;
  if (table != nullptr && index.empty()) {
    return key_schema_of(table->key);
  }
  if (table != nullptr && table->indexes.contains(index)) {
    return key_schema_of(table->indexes.at(index));
  }
  DAVIT_TRY_ASSIGN(const auto description, access.client.describe_table(access.target.physical_name));
  if (index.empty()) {
    return description.key;
  }
  std::vector<std::string> names;
  for (const auto& candidate : description.indexes) {
    if (candidate.name == index) {
      return candidate.key;
    }
    names.push_back(candidate.name);
  }
  const auto suggestion = nearest(index, names);
  return fail(not_found_error(fmt::format("table {} has no index '{}'", access.target.physical_name, index),
                              suggestion ? fmt::format("did you mean '{}'?", *suggestion)
                                         : fmt::format("`davit table describe {}` lists them", access.target.name)));
}

void add_key_flags(CLI::App& command, KeyFlags& flags)
{
  command.add_option("KEY", flags.values, "Value of the partition key, then of the sort key if the table has one")->type_name("KEY");
  command.add_option("--key", flags.json, "The key in plain JSON instead: {\"id\": 1}")->type_name("JSON");
}

Result<AttributeValue> key_value(const KeyAttribute& attribute, const std::string& text)
{
  if (attribute.type == AttributeType::number) {
    auto number = Number::parse(text);
    return number ? Result<AttributeValue>(std::move(*number))
                  : fail(usage_error(fmt::format("'{}' is no number, which key '{}' is", text, attribute.name)));
  }
  if (attribute.type == AttributeType::binary) {
    auto bytes = from_base64(text);
    return bytes ? Result<AttributeValue>(Binary{std::move(*bytes)})
                 : fail(usage_error(fmt::format("'{}' is no base64, in which key '{}' is written", text, attribute.name)));
  }
  return AttributeValue(text);
}

namespace {

/// Where davit.yaml has the table its key is known without asking; of another one the service judges.
Result<Item> key_of_json(Access& access, const std::string& json)
{
  DAVIT_TRY_ASSIGN(Item key, parse_plain_item(json, "--key"));
  const auto* table = access.target.table;
  const auto refusal = table != nullptr ? refusal_of_key(key, key_schema_of(table->key))
                       : key.empty()    ? std::optional<std::string>("a key has at least one attribute")
                                        : std::nullopt;
  if (refusal) {
    return fail(usage_error(
        fmt::format("--key: {}", *refusal),
        table == nullptr ? "" : fmt::format("table {} has the key {}", access.target.name, to_string(key_schema_of(table->key)))));
  }
  return key;
}

}  // namespace

Result<Item> key_of_flags(Access& access, const KeyFlags& flags)
{
  if (flags.json.empty() == flags.values.empty()) {
    return fail(usage_error("the key is needed once", "give its values after the table, or --key '{\"id\": 1}'"));
  }
  if (!flags.json.empty()) {
    return key_of_json(access, flags.json);
  }
  DAVIT_TRY_ASSIGN(const KeySchema schema, key_schema(access));
  const auto attributes = schema.attributes();
  if (attributes.size() != flags.values.size()) {
    return fail(usage_error(fmt::format("table {} has the key {}, but {} given", access.target.physical_name, to_string(schema),
                                        flags.values.size() == 1 ? "1 value is" : fmt::format("{} values are", flags.values.size())),
                            "give a value for each attribute of the key, in that order"));
  }
  Item key;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    DAVIT_TRY_ASSIGN(key[attributes[i].name], key_value(attributes[i], flags.values[i]));
  }
  return key;
}

void add_expression_flags(CLI::App& command, ExpressionFlags& flags)
{
  command.add_option("--names", flags.names, "What #names in expressions stand for: {\"#n\": \"name\"}")->type_name("JSON");
  command.add_option("--values", flags.values, "What :values in expressions stand for, in plain JSON: {\":v\": 1}")->type_name("JSON");
}

Result<Placeholders> placeholders_of(const ExpressionFlags& flags)
{
  Placeholders out;
  if (!flags.values.empty()) {
    DAVIT_TRY_ASSIGN(out.values, parse_plain_item(flags.values, "--values"));
  }
  if (flags.names.empty()) {
    return out;
  }
  DAVIT_TRY_ASSIGN(const Item names, parse_plain_item(flags.names, "--names"));
  for (const auto& [placeholder, name] : names) {
    const auto* text = name.get_if<std::string>();
    if (text == nullptr) {
      return fail(usage_error(fmt::format("--names: {} stands for a name, which is a string", placeholder)));
    }
    out.names.emplace(placeholder, *text);
  }
  return out;
}

Result<std::string> condition_of(const std::string& text, Placeholders& placeholders)
{
  return format::expand_expression(text, format::ExpressionKind::condition, "--condition", placeholders);
}

Result<Item> parse_plain_item(const std::string& text, const std::string& name, TextOrigin origin)
{
  DAVIT_TRY_ASSIGN(const auto json, parse_exactly(text, name));
  auto record = format::record_from_plain_json(json);
  if (!record.problems.empty()) {
    return fail(problem_error(name, record.problems.front()));
  }
  if (!record.passwords.empty() && origin == TextOrigin::command_line) {
    return fail(usage_error("a $password is not taken from the command line, where other users of the machine can read it",
                            "give the item by standard input: davit item put TABLE - < item.json"));
  }
  DAVIT_TRY(format::hash_passwords(record));
  return std::move(record.item);
}

Result<AttributeValue> parse_plain_value(const std::string& text, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto json, parse_exactly(text, name));
  auto value = format::value_from_plain_json(json);
  if (!value) {
    return fail(problem_error(name, value.error()));
  }
  return std::move(*value);
}

std::string cell_of(const AttributeValue& value)
{
  const auto* text = value.get_if<std::string>();
  return text != nullptr ? *text : format::to_plain_json(value);
}

cli::Table table_of(const std::vector<Item>& items)
{
  std::set<std::string> names;
  for (const auto& item : items) {
    for (const auto& [name, value] : item) {
      names.insert(name);
    }
  }
  cli::Table table{.header = {names.begin(), names.end()}, .rows = {}};
  for (const auto& item : items) {
    auto& row = table.rows.emplace_back();
    for (const auto& name : names) {
      const auto found = item.find(name);
      row.push_back(found == item.end() ? "" : cell_of(found->second));
    }
  }
  return table;
}

cli::Format format_of(const cli::Context& context)
{
  return context.globals().output.value_or(context.streams().out.is_terminal() ? cli::Format::table : cli::Format::json);
}

Result<cli::Outcome> outcome_of(cli::Context& context, const Item& item)
{
  const auto format = format_of(context);
  if (format == cli::Format::table || format == cli::Format::tsv) {
    cli::Table table;
    for (const auto& [name, value] : item) {
      table.rows.push_back({name, cell_of(value)});
    }
    return cli::Outcome{.document = {.data = OrderedJson::object(), .table = std::move(table)}};
  }
  // A JSON library would round the numbers; plain JSON on one line is YAML too.
  DAVIT_TRY(context.streams().out.write(format::to_plain_json(item) + "\n"));
  return cli::Outcome{};
}

Result<cli::Outcome> explained(cli::Context& context, const std::string& table, Result<cli::Outcome> outcome)
{
  if (outcome || !outcome.error().service) {
    return outcome;
  }
  Error error = std::move(outcome).error();
  if (is_missing_table(error)) {
    return fail(missing_table(context, table, std::move(error)));
  }
  if (error.service->code == "ConditionalCheckFailedException") {
    error.hint = fmt::format("nothing was changed; `davit item get {} KEY` shows the item that is there", table);
  } else if (error.message.find("key element does not match the schema") != std::string::npos) {
    error.hint = fmt::format("`davit table describe {}` shows the key", table);
  }
  return fail(std::move(error));
}

std::string shown(const Access& access, const Item& key)
{
  return fmt::format("item {} of table {}", format::to_plain_json(key), access.target.physical_name);
}

}  // namespace davit::commands::item
