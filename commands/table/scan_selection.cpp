// SPDX-License-Identifier: Apache-2.0
#include "commands/table/scan_selection.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <vector>

#include "aws/core/spelling.hpp"
#include "aws/dynamodb/format/expression_text.hpp"
#include "aws/dynamodb/format/placeholders.hpp"

namespace davit::commands::table {

namespace format = aws::dynamodb::format;

void add_selection_flags(CLI::App& command, SelectionFlags& flags)
{
  command.add_option("--index", flags.index, "The items of this index")->type_name("NAME");
  command.add_option("--filter", flags.filter, "Only items for which this filter expression holds")->type_name("EXPRESSION");
  command.add_option("--names", flags.names, "What #names in expressions stand for: {\"#n\": \"name\"}")->type_name("JSON");
  command.add_option("--values", flags.values, "What :values in expressions stand for, in plain JSON: {\":v\": 1}")->type_name("JSON");
}

Result<const aws::dynamodb::IndexDescription*> find_index(const aws::dynamodb::TableDescription& table, const std::string& name)
{
  if (name.empty()) {
    return nullptr;
  }
  std::vector<std::string> names;
  for (const auto& index : table.indexes) {
    if (index.name == name) {
      return &index;
    }
    names.push_back(index.name);
  }
  const auto suggestion = nearest(name, names);
  return fail(not_found_error(fmt::format("table {} has no index '{}'", table.name, name),
                              suggestion ? fmt::format("did you mean '{}'?", *suggestion) : "`davit table describe` lists them"));
}

Result<aws::dynamodb::ScanRequest> scan_request(const SelectionFlags& flags, const aws::dynamodb::TableDescription& table)
{
  DAVIT_TRY_ASSIGN(const auto* index, find_index(table, flags.index));
  aws::dynamodb::ScanRequest request;
  request.table = table.name;
  request.index = flags.index;
  request.consistent = index == nullptr || index->is_local;
  DAVIT_TRY_ASSIGN(request.placeholders, format::parse_placeholders(flags.names, flags.values));
  DAVIT_TRY_ASSIGN(request.filter,
                   format::expand_expression(flags.filter, format::ExpressionKind::condition, "--filter", request.placeholders));
  return request;
}

}  // namespace davit::commands::table
