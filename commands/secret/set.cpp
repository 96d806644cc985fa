// SPDX-License-Identifier: Apache-2.0
#include "commands/secret/set.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "cli/term/hidden_input.hpp"
#include "commands/secret/secret.hpp"

namespace davit::commands::secret {
namespace {

/// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
constexpr std::size_t k_longest_value = 65'536;

cli::CommandDoc set_doc()
{
  return {.summary = "Create a secret or give it a new value [API: CreateSecret, PutSecretValue]",
          .description =
              "The value is never an argument: it comes from @FILE, from standard input (where one line end at its end is dropped), or "
              "from a question "
              "that does not echo. A secret that has the value already is left alone; the value before stays as AWSPREVIOUS.",
          .examples = {{"openssl rand -hex 64 | davit secret set jwt --env dev", "From another program"},
                       {"davit secret set shop-dev-db @password.json", "From a file, byte for byte"},
                       {"davit secret set jwt --env dev --dry-run < key.txt", "What would happen"}},
          .changes = cli::Changes::something};
}

struct SetFlags {
  std::string name;
  std::string source;
  std::string description;
  cli::ChangeFlags change;
};

std::string without_line_end(std::string text)
{
  for (const char end : {'\n', '\r'}) {
    if (text.ends_with(end)) {
      text.pop_back();
    }
  }
  return text;
}

Result<std::string> read_value(cli::Context& context, const std::string& source)
{
  if (!source.empty() && source.front() != '@') {
    return fail(usage_error("a secret's value is not taken from the command line, where other users of the machine can read it",
                            "write @FILE, pipe it in, or leave it out to be asked"));
  }
  if (source.size() > 1 && source != "@-") {
    return read_file(source.substr(1));
  }
  const bool ask = source.empty() && context.streams().stdin_is_terminal();
  auto value = ask ? cli::read_hidden(context.streams(), "value") : context.streams().read_stdin("the value");
  return std::move(value).map(without_line_end);
}

Status check_value(const std::string& value)
{
  if (value.empty()) {
    return fail(usage_error("the value is empty; nothing was changed"));
  }
  if (value.size() > k_longest_value) {
    return fail(usage_error(fmt::format("the value has {} bytes; Secrets Manager takes at most {}", value.size(), k_longest_value)));
  }
  if (!is_utf8(value)) {
    return fail(usage_error("the value is no UTF-8 text", "encode binary values, for example in base64 or hexadecimal"));
  }
  return {};
}

const char* name_of(SetPlan::Action action)
{
  switch (action) {
    case SetPlan::Action::create:
      return "created";
    case SetPlan::Action::update:
      return "updated";
    case SetPlan::Action::nothing:
      return "unchanged";
  }
  return "unchanged";
}

Result<cli::Outcome> run(cli::Context& context, const SetFlags& flags)
{
  SetRequest request{.secret_id = {}, .value = {}, .description = flags.description};
  DAVIT_TRY_ASSIGN(request.secret_id, physical_name(context, flags.name));
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(request.value, read_value(context, flags.source));
  DAVIT_TRY(check_value(request.value));
  DAVIT_TRY_ASSIGN(const SetPlan plan, plan_set(request, *session));
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan.plan)};
  }
  auto version = set(request, plan, *session);
  if (!version) {
    return fail(std::move(version).error().wrap(fmt::format("setting secret '{}'", request.secret_id)));
  }
  return cli::Outcome{.document = {.data = {{"name", version->name.empty() ? request.secret_id : version->name},
                                            {"arn", version->arn},
                                            {"versionId", version->version_id},
                                            {"result", name_of(plan.action)}}}};
}

SetPlan make_plan(SetPlan::Action action, const std::string& secret_id)
{
  using Kind = cli::PlanStep::Kind;
  const std::string target = "secret " + secret_id;
  switch (action) {
    case SetPlan::Action::create:
      return {action, {{{Kind::create, target, "it does not exist"}}}};
    case SetPlan::Action::update:
      return {action, {{{Kind::update, target, "a new version; the value before stays as AWSPREVIOUS"}}}};
    case SetPlan::Action::nothing:
      break;
  }
  return {SetPlan::Action::nothing, {{{Kind::skip, target, "it has this value already"}}}};
}

/// A secret without any version yet, as Terraform makes them, answers ResourceNotFound to GetSecretValue but not to DescribeSecret.
Result<bool> exists(davit::aws::secretsmanager::Client& client, const std::string& secret_id)
{
  const auto entry = client.describe_secret(secret_id);
  if (entry && entry->deleted) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("secret '{}' is scheduled for deletion", secret_id),
                      .hint = "restore it first: aws secretsmanager restore-secret"});
  }
  if (!entry && entry.error().kind != ErrorKind::not_found) {
    return fail(entry.error());
  }
  return entry.has_value();
}

}  // namespace

Result<SetPlan> plan_set(const SetRequest& request, davit::aws::auth::Session& session)
{
  davit::aws::secretsmanager::Client client{session};
  DAVIT_TRY_ASSIGN(const bool is_there, exists(client, request.secret_id));
  if (!is_there) {
    return make_plan(SetPlan::Action::create, request.secret_id);
  }
  const auto current = client.get_secret_value({.secret_id = request.secret_id});
  if (!current && current.error().kind != ErrorKind::not_found) {
    return fail(current.error());
  }
  const bool same = current && current->text == request.value;
  return make_plan(same ? SetPlan::Action::nothing : SetPlan::Action::update, request.secret_id);
}

Result<davit::aws::secretsmanager::SecretVersion> set(const SetRequest& request, const SetPlan& plan, davit::aws::auth::Session& session)
{
  davit::aws::secretsmanager::Client client{session};
  switch (plan.action) {
    case SetPlan::Action::create:
      return client.create_secret({.name = request.secret_id, .text = request.value, .description = request.description});
    case SetPlan::Action::update:
      return client.put_secret_value(request.secret_id, request.value);
    case SetPlan::Action::nothing:
      break;
  }
  return client.get_secret_value({.secret_id = request.secret_id}).map([](const auto& current) {
    return davit::aws::secretsmanager::SecretVersion{current.arn, current.name, current.version_id};
  });
}

void add_set(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<SetFlags>();
  CLI::App& command = registry.add(group, "set", set_doc());
  command.add_option("name", flags->name, "Key of davit.yaml, name or ARN")->required()->type_name("NAME");
  command.add_option("source", flags->source, "@FILE, or @- for standard input; never the value itself")->type_name("@FILE");
  command.add_option("--description", flags->description, "Description of a secret that is created")->type_name("TEXT");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::secret
