// SPDX-License-Identifier: Apache-2.0
#include "commands/item/transact.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>
#include <thread>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"
#include "aws/dynamodb/missing_table.hpp"
#include "cli/plan.hpp"
#include "commands/item/access.hpp"
#include "commands/item/action_file.hpp"
#include "commands/item/readable_expression.hpp"
#include "commands/item/transact_output.hpp"

namespace davit::commands::item {
namespace {

using aws::dynamodb::TransactionKind;
using aws::dynamodb::TransactionOutcome;
using aws::dynamodb::TransactionRequest;

cli::CommandDoc transact_doc()
{
  return {
      .summary = "Write or read several items, all of them or none [API: TransactWriteItems, TransactGetItems]",
      .description =
          "FILE is a list of up to 100 actions in JSON or YAML, on any tables of one account and region; - is standard input. Tables are named as everywhere, items "
          "and keys are plain JSON, and expressions take their placeholders from `names` and `values`:\n\n"
          "  - put: {table: orders, item: {order_id: o-17, total: 19.90}, condition: attribute_not_exists(order_id)}\n"
          "  - update: {table: products, key: {product_id: p-1}, add: {stock: -1}, condition: 'stock > :none', values: {\":none\": 0}}\n"
          "  - delete: {table: carts, key: {user_id: u-1}}\n"
          "  - check: {table: users, key: {user_id: u-1}, condition: attribute_exists(user_id)}\n\n"
          "An update says what to change as `item update` does, by set, add, take (objects of path and value) and remove (a list of paths), or by a whole expression in "
          "update. A file of gets ({table, key, projection}) reads instead: one snapshot of all its items.\n\n"
          "A transaction has a client token: that of --token, of the file's `token` (then the list stands in `actions`), or a fresh one, which is shown. Within ten minutes the "
          "same token with the same actions is the same transaction, so that repeating it is safe when nobody knows whether it went through.\n\n"
          "When it is cancelled, nothing was written, and each action that was in the way is named with its line, code and message; with --show-items also with the item that is there. "
          "Exit code 5 for conditions that do not hold and for conflicts, 6 for throttling, 1 for everything else. Conflicts with other transactions and throttling are tried "
          "again first.",
      .examples = {{"davit item transact order.yaml --env dev --dry-run", "What would be done, in which table"},
                   {"davit item transact order.yaml --env dev --token order-17", "All of it or nothing, safe to repeat"},
                   {"echo '[{\"get\":{\"table\":\"orders\",\"key\":{\"order_id\":\"o-17\"}}}]' | davit item transact - -o jsonl",
                    "A snapshot of several items"}},
      .changes = cli::Changes::something};
}

struct TransactFlags {
  std::string file;
  std::string token;
  bool show_items = false;
  cli::ChangeFlags change;
};

Result<ActionFile> read_file_of(cli::Context& context, const TransactFlags& flags)
{
  const bool is_input = flags.file == "-";
  DAVIT_TRY_ASSIGN(const std::string text, is_input ? context.streams().read_stdin("the actions of a transaction") : read_file(flags.file));
  DAVIT_TRY_ASSIGN(ActionFile file, read_actions(text, is_input ? "standard input" : flags.file));
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  for (auto& action : file.actions) {
    action.element.table = cli::config::find_table(project, action.table).physical_name;
  }
  file.token = flags.token.empty() ? file.token : flags.token;
  if (file.token.size() > aws::dynamodb::k_max_client_token) {
    return fail(usage_error(
        fmt::format("--token has {} characters, and a client token at most {}", file.token.size(), aws::dynamodb::k_max_client_token)));
  }
  if (file.is_read() && !flags.token.empty()) {
    return fail(usage_error("--token is for writes; a read may always be repeated"));
  }
  file.token = file.token.empty() && !file.is_read() ? aws::crypto::random_uuid() : file.token;
  return file;
}

cli::PlanStep step_of(const FileAction& action)
{
  const auto& element = action.element;
  const std::string what = shown_action(action);
  std::string how = element.expression;
  how += element.condition.empty() ? "" : (how.empty() ? "if " : " if ") + element.condition;
  how = readable_expression(how, element.placeholders);
  switch (element.kind) {
    case TransactionKind::update:
      return {cli::PlanStep::Kind::update, what, how};
    case TransactionKind::remove:
      return {cli::PlanStep::Kind::remove, what, how};
    default:
      return {cli::PlanStep::Kind::run, what, how};
  }
}

cli::Plan plan_of(const ActionFile& file)
{
  cli::Plan plan;
  for (const auto& action : file.actions) {
    plan.steps.push_back(step_of(action));
  }
  return plan;
}

TransactionRequest request_of(const ActionFile& file, const TransactFlags& flags)
{
  TransactionRequest request{.elements = {}, .token = file.token, .return_old = flags.show_items};
  for (const auto& action : file.actions) {
    request.elements.push_back(action.element);
  }
  return request;
}

/// Tried again while only passing reasons keep it from going through; nothing was written then.
Result<TransactionOutcome> send(aws::dynamodb::Client& client, const TransactionRequest& request, bool is_read)
{
  constexpr int k_most_attempts = 5;
  std::chrono::milliseconds pause{50};
  const InterruptScope interrupt;
  for (int attempt = 1;; ++attempt) {
    auto outcome = is_read ? client.transact_get(request) : client.transact_write(request);
    const bool is_passing = outcome && outcome->cancellation && aws::dynamodb::are_passing(outcome->reasons);
    if (!is_passing || attempt == k_most_attempts || interrupted() != 0) {
      return outcome;
    }
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

/// The service does not say which table is missing.
Error missing_table_of(cli::Context& context, aws::dynamodb::Client& client, const ActionFile& file, Error error)
{
  for (const auto& action : file.actions) {
    const auto found = client.describe_table(action.element.table);
    if (!found && aws::dynamodb::is_missing_table(found.error())) {
      return explained(context, action.table, fail(std::move(error))).error();
    }
  }
  return error;
}

Error explain(cli::Context& context, aws::dynamodb::Client& client, const ActionFile& file, Error error)
{
  if (aws::dynamodb::is_missing_table(error)) {
    return missing_table_of(context, client, file, std::move(error));
  }
  if (error.service && error.service->code == "IdempotentParameterMismatchException") {
    error.hint = fmt::format("token {} was another transaction's within the last ten minutes: choose another one", file.token);
  } else if ((error.kind == ErrorKind::unavailable || error.kind == ErrorKind::cancelled) && !file.is_read()) {
    error.hint =
        fmt::format("it may have gone through: repeat it with --token {} within ten minutes, which cannot do it twice", file.token);
  }
  return error;
}

Result<cli::Outcome> run(cli::Context& context, const TransactFlags& flags)
{
  DAVIT_TRY_ASSIGN(const ActionFile file, read_file_of(context, flags));
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan_of(file))};
  }
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  aws::dynamodb::Client client{*session};
  auto outcome = send(client, request_of(file, flags), file.is_read());
  if (!outcome) {
    return fail(explain(context, client, file, std::move(outcome).error()));
  }
  if (outcome->cancellation) {
    return print_cancellation(context, file, *outcome);
  }
  return file.is_read() ? print_items(context, file, *outcome) : print_written(file, *outcome);
}

}  // namespace

void add_transact(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<TransactFlags>();
  CLI::App& command = registry.add(group, "transact", transact_doc());
  command.add_option("FILE", flags->file, "The actions, in JSON or YAML; - is standard input")->type_name("FILE")->required();
  command.add_option("--token", flags->token, "Client token: the same one within ten minutes is the same transaction")->type_name("TOKEN");
  command.add_flag("--show-items", flags->show_items, "Show the item that is there where a condition does not hold");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::item
