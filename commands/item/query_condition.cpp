// SPDX-License-Identifier: Apache-2.0
#include "commands/item/query_condition.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <optional>

#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

/// A condition on the sort key, with its values as they were typed.
struct SortCondition {
  std::string expression;  ///< of #davit_sk, :davit_sk and :davit_to
  std::vector<std::string> values;
};

std::vector<SortCondition> conditions_of(const SortFlags& flags)
{
  std::vector<SortCondition> out;
  const auto add = [&](const std::string& value, std::string expression) {
    if (!value.empty()) {
      out.push_back({std::move(expression), {value}});
    }
  };
  add(flags.equal, "#davit_sk = :davit_sk");
  add(flags.begins_with, "begins_with(#davit_sk, :davit_sk)");
  add(flags.after, "#davit_sk > :davit_sk");
  add(flags.before, "#davit_sk < :davit_sk");
  const std::string between = "#davit_sk BETWEEN :davit_sk AND :davit_to";
  if (!flags.from.empty() && !flags.to.empty()) {
    out.push_back({between, {flags.from, flags.to}});
  } else {
    add(flags.from, "#davit_sk >= :davit_sk");
    add(flags.to, "#davit_sk <= :davit_sk");
  }
  if (!flags.between.empty()) {
    out.push_back({between, flags.between});
  }
  return out;
}

}  // namespace

void add_sort_flags(CLI::App& command, SortFlags& flags)
{
  command.add_option("SORT", flags.equal, "Value of the sort key")->type_name("SORT");
  command.add_option("--begins-with", flags.begins_with, "Only items whose sort key begins so")->type_name("PREFIX");
  command.add_option("--between", flags.between, "Only items whose sort key lies between two values, these included")
      ->type_name("VALUE VALUE")
      ->expected(2);
  command.add_option("--from", flags.from, "Only items whose sort key is this one or a higher one")->type_name("VALUE");
  command.add_option("--to", flags.to, "Only items whose sort key is this one or a lower one")->type_name("VALUE");
  command.add_option("--after", flags.after, "Only items whose sort key is higher")->type_name("VALUE");
  command.add_option("--before", flags.before, "Only items whose sort key is lower")->type_name("VALUE");
}

Status add_key_condition(const aws::dynamodb::KeySchema& schema, const std::string& partition, const SortFlags& flags,
                         aws::dynamodb::QueryRequest& request)
{
  if (schema.partition.size() > 1) {
    return fail(
        usage_error("this index has several partition attributes, of which one value says too little",
                    "`davit item scan --index NAME --filter ...` finds its items, `davit aws call dynamodb query` takes every condition"));
  }
  request.key_condition = "#davit_pk = :davit_pk";
  request.placeholders.names["#davit_pk"] = schema.partition.front().name;
  DAVIT_TRY_ASSIGN(request.placeholders.values[":davit_pk"], key_value(schema.partition.front(), partition));
  const auto conditions = conditions_of(flags);
  if (conditions.empty()) {
    return {};
  }
  if (schema.sort.empty()) {
    return fail(usage_error("this key has no sort attribute", "`davit table describe` shows the keys"));
  }
  if (conditions.size() > 1) {
    return fail(usage_error("DynamoDB takes one condition on a sort key", "--from and --to together are one; others go into --filter"));
  }
  request.key_condition += " AND " + conditions.front().expression;
  request.placeholders.names["#davit_sk"] = schema.sort.front().name;
  DAVIT_TRY_ASSIGN(request.placeholders.values[":davit_sk"], key_value(schema.sort.front(), conditions.front().values.front()));
  if (conditions.front().values.size() > 1) {
    DAVIT_TRY_ASSIGN(request.placeholders.values[":davit_to"], key_value(schema.sort.front(), conditions.front().values.back()));
  }
  return {};
}

}  // namespace davit::commands::item
