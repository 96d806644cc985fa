// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "cli/config/table_target.hpp"
#include "cli/context.hpp"
#include "cli/output/document.hpp"

namespace CLI {
class App;
}

namespace davit::commands::item {

/// The table that an item command works on.
struct Access {
  cli::config::TableTarget target;
  aws::dynamodb::Client client;
};

Result<Access> open_table(cli::Context& context, const std::string& name);

/// The key of the table, or of one of its indexes: from davit.yaml when it has the table, else asked of the service.
Result<aws::dynamodb::KeySchema> key_schema(Access& access, const std::string& index = {});

/// How a command line names an item: values of the key in order, or the key as plain JSON.
struct KeyFlags {
  std::vector<std::string> values;
  std::string json;
};
void add_key_flags(CLI::App& command, KeyFlags& flags);
Result<aws::dynamodb::Item> key_of_flags(Access& access, const KeyFlags& flags);

/// The value of a key attribute as it is typed: a number for N, base64 for B.
Result<aws::dynamodb::AttributeValue> key_value(const aws::dynamodb::KeyAttribute& attribute, const std::string& text);

/// Names and values of expressions that the user writes out: {"#n": "name"} and {":v": value} in plain JSON.
struct ExpressionFlags {
  std::string names;
  std::string values;
};
void add_expression_flags(CLI::App& command, ExpressionFlags& flags);
Result<aws::dynamodb::Placeholders> placeholders_of(const ExpressionFlags& flags);

/// The text of --condition for the service: literal values and reserved words are moved into the placeholders.
Result<std::string> condition_of(const std::string& text, aws::dynamodb::Placeholders& placeholders);

/// Where a text came from. What stands on a command line, other users of the machine can read.
enum class TextOrigin { command_line, standard_input };

/// An object in plain JSON as an item, its passwords hashed. Usage error with line and column, and for a password on the command line;
/// `name` is what the error calls the text.
Result<aws::dynamodb::Item> parse_plain_item(const std::string& text, const std::string& name,
                                             TextOrigin origin = TextOrigin::command_line);
/// One value in plain JSON.
Result<aws::dynamodb::AttributeValue> parse_plain_value(const std::string& text, const std::string& name);

/// Prints an item in plain JSON, exactly; as a table where that was asked for or a person reads.
Result<cli::Outcome> outcome_of(cli::Context& context, const aws::dynamodb::Item& item);

/// A cell of a table: a string as it is, everything else in plain JSON.
std::string cell_of(const aws::dynamodb::AttributeValue& value);

/// A column for each attribute that any of the items has.
cli::Table table_of(const std::vector<aws::dynamodb::Item>& items);

/// The format to print in: what was chosen, else a table on a terminal and JSON elsewhere.
cli::Format format_of(const cli::Context& context);

/// The outcome of a command on this table, with an error of the service in the command's terms: a missing table with its name and the
/// nearest one, a key or condition that does not fit with the next step.
Result<cli::Outcome> explained(cli::Context& context, const std::string& table, Result<cli::Outcome> outcome);

/// "item {"product_id":"p-1"} of table shop-dev-products".
std::string shown(const Access& access, const aws::dynamodb::Item& key);

}  // namespace davit::commands::item
