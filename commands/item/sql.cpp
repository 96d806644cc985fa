// SPDX-License-Identifier: Apache-2.0
#include "commands/item/sql.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <memory>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/missing_table.hpp"
#include "commands/item/access.hpp"
#include "commands/item/item_list.hpp"
#include "commands/item/select_statement.hpp"

namespace davit::commands::item {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc sql_doc()
{
  return {
      .summary = "Print what a SELECT statement of PartiQL gives [API: ExecuteStatement]",
      .description =
          "STATEMENT is read from standard input with -. Its table is a key of davit.yaml or any table, with or without quotes; an index stands behind a dot. Each ? takes "
          "a --param, in order, in plain JSON. All pages are read; --limit is the number of items to print.\n\n"
          "A WHERE that does not give the whole partition key by = or IN scans the table, and costs the capacity of all of it. Only SELECT is taken: `item put`, `item update`, "
          "`item delete` and `item transact` write.",
      .examples = {
          {"davit item sql 'SELECT * FROM orders WHERE user_id = ? AND total > ?' --param '\"u-1\"' --param 20 --env local", "With values"},
          {"davit item sql \"SELECT sku, price FROM products.category-index WHERE category = 'home'\" -o jsonl", "From an index"}}};
}

struct SqlFlags {
  std::string statement;
  std::vector<std::string> parameters;
  bool consistent = false;
  std::int64_t limit = 0;
};

Result<ddb::List> parameters_of(const SqlFlags& flags, const SelectStatement& statement)
{
  ddb::List out;
  for (const auto& text : flags.parameters) {
    auto value = parse_plain_value(text, "--param");
    if (!value) {
      return fail(std::move(value).error().with_hint("values are plain JSON, strings in quotes: --param '\"u-1\"'"));
    }
    out.push_back(std::move(*value));
  }
  if (static_cast<int>(out.size()) != statement.parameters) {
    return fail(usage_error(fmt::format("the statement has {} ?, and {} --param given", statement.parameters,
                                        out.size() == 1 ? "1 is" : fmt::format("{} are", out.size()))));
  }
  return out;
}

/// Reading a megabyte to print one item costs 128 units instead of one; behind a condition nobody knows how many it takes.
std::optional<int> worth_evaluating(const SqlFlags& flags, const SelectStatement& statement, std::int64_t printed)
{
  constexpr std::int64_t k_most = 1'000'000;
  return flags.limit == 0 || statement.has_condition ? std::nullopt
                                                     : std::optional(static_cast<int>(std::min(flags.limit - printed, k_most)));
}

Result<cli::Outcome> print_pages(cli::Context& context, const SqlFlags& flags, const SelectStatement& statement, ddb::List parameters)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  ddb::Client client{*session};
  ddb::StatementRequest request{.statement = statement.text, .parameters = std::move(parameters), .consistent = flags.consistent};
  ItemList list{context};
  const InterruptScope interrupt;
  double consumed = 0;
  do {
    request.limit = worth_evaluating(flags, statement, list.count());
    DAVIT_TRY_ASSIGN(ddb::StatementPage page, client.execute_statement(request));
    if (!page.next_token.empty() && page.next_token == request.next_token) {
      return fail(failed_error("the service gives the same page again and again, so the end is never reached"));
    }
    consumed += page.consumed_capacity;
    for (auto& item : page.items) {
      if (flags.limit > 0 && list.count() == flags.limit) {
        break;
      }
      DAVIT_TRY(list.add(std::move(item)));
    }
    request.next_token = std::move(page.next_token);
  } while (!request.next_token.empty() && (flags.limit == 0 || list.count() < flags.limit));
  return list.finish({{"consumedCapacity", consumed}});
}

/// The service calls a missing index an invalid request, and others call it a missing resource, as they do a missing table.
bool may_lack_index(const Error& error)
{
  return ddb::is_missing_table(error) || (error.service && error.message.find("specified index") != std::string::npos);
}

/// Names the nearest index when the table has none of this name.
Status check_index(cli::Context& context, const SelectStatement& statement)
{
  DAVIT_TRY_ASSIGN(auto access, open_table(context, statement.table));
  if (!access.client.describe_table(access.target.physical_name)) {
    return {};
  }
  DAVIT_TRY(key_schema(access, statement.index));
  return fail(
      failed_error(fmt::format("table {} has index '{}', but this server does not select from it", statement.table, statement.index)));
}

Result<cli::Outcome> run(cli::Context& context, const SqlFlags& flags)
{
  std::string text = flags.statement;
  if (text == "-") {
    DAVIT_TRY_ASSIGN(text, context.streams().read_stdin("a statement"));
  }
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  const auto physical_name = [project](const std::string& table) { return cli::config::find_table(project, table).physical_name; };
  DAVIT_TRY_ASSIGN(const SelectStatement statement, read_select(text, physical_name));
  DAVIT_TRY_ASSIGN(auto parameters, parameters_of(flags, statement));
  auto outcome = print_pages(context, flags, statement, std::move(parameters));
  if (!outcome && may_lack_index(outcome.error()) && !statement.index.empty()) {
    DAVIT_TRY(check_index(context, statement));
  }
  return explained(context, statement.table, std::move(outcome));
}

}  // namespace

void add_sql(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<SqlFlags>();
  CLI::App& command = registry.add(group, "sql", sql_doc());
  command.add_option("STATEMENT", flags->statement, "A SELECT of PartiQL; - is standard input")->type_name("STATEMENT")->required();
  command.add_option("--param", flags->parameters, "Value of the next ?, in plain JSON; repeatable")
      ->type_name("JSON")
      ->allow_extra_args(false);
  command.add_flag("--consistent", flags->consistent, "A strongly consistent read, at twice the price; not of a global index");
  command.add_option("--limit", flags->limit, "Print at most so many items")->type_name("N")->check(CLI::PositiveNumber);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::item
