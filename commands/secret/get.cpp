// SPDX-License-Identifier: Apache-2.0
#include "commands/secret/get.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iterator>
#include <memory>

#include "aws/core/encoding.hpp"
#include "aws/core/spelling.hpp"
#include "commands/secret/list.hpp"
#include "commands/secret/secret.hpp"

namespace davit::commands::secret {
namespace {

constexpr const char* k_mask = "********";

cli::CommandDoc get_doc()
{
  return {.summary = "Print the value of a secret and nothing else [API: GetSecretValue]",
          .description =
              "NAME is a key of davit.yaml's secrets, else a name or ARN. Without -o the output has exactly the bytes of the value (on a "
              "terminal a line end "
              "follows). With -o table the value is masked unless --show-value is given.",
          .examples = {{"davit secret get jwt --env dev", "The secret of davit.yaml in that environment"},
                       {"davit secret get shop-dev-db --json-key password", "One member of a JSON value"},
                       {"davit secret get jwt --env dev --version-stage AWSPREVIOUS", "The value before the last change"}}};
}

struct GetFlags {
  std::string name;
  GetRequest request;
  bool show_value = false;
};

cli::Document document_of(const GetResponse& response, bool show_value, bool to_terminal)
{
  const bool is_binary = response.secret.binary.has_value();
  OrderedJson stages = response.secret.version_stages;
  cli::Document document{.data = {{"name", response.secret.name},
                                  {"arn", response.secret.arn},
                                  {"versionId", response.secret.version_id},
                                  {"stages", stages},
                                  {"value", is_binary ? OrderedJson() : OrderedJson(response.value)},
                                  {"binary", is_binary ? OrderedJson(to_base64(response.value)) : OrderedJson()}}};
  const std::string shown = is_binary ? to_base64(response.value) : response.value;
  document.table = cli::Table{.header = {"NAME", "VERSION", "STAGES", "VALUE"},
                              .rows = {{response.secret.name, response.secret.version_id,
                                        fmt::format("{}", fmt::join(response.secret.version_stages, ",")), show_value ? shown : k_mask}}};
  document.text = response.value + (to_terminal ? "\n" : "");
  return document;
}

/// The nearest name, where the secrets may be listed; none for a version or stage that is missing.
std::string hint_for_missing(const GetRequest& request, davit::aws::auth::Session& session)
{
  std::vector<std::string> names;
  if (const auto entries = list({.prefix = {}}, session)) {
    std::transform(entries->begin(), entries->end(), std::back_inserter(names), [](const auto& entry) { return entry.name; });
  }
  const bool is_there = std::find(names.begin(), names.end(), request.secret_id) != names.end();
  const auto suggestion = is_there ? std::nullopt : nearest(request.secret_id, names);
  return suggestion ? fmt::format("did you mean '{}'?", *suggestion) : is_there ? "" : "see `davit secret list`";
}

Result<cli::Outcome> run(cli::Context& context, const GetFlags& flags)
{
  GetRequest request = flags.request;
  DAVIT_TRY_ASSIGN(request.secret_id, physical_name(context, flags.name));
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  auto response = get(request, *session);
  if (!response) {
    Error error = std::move(response).error();
    if (error.kind == ErrorKind::not_found && error.service) {
      error.hint = hint_for_missing(request, *session);
    }
    return fail(std::move(error).wrap(fmt::format("reading secret '{}'", request.secret_id)));
  }
  return cli::Outcome{.document = document_of(*response, flags.show_value, context.streams().out.is_terminal())};
}

const OrderedJson* find_path(const OrderedJson& root, const std::string& path)
{
  if (!root.is_object()) {
    return nullptr;
  }
  if (const auto whole = root.find(path); whole != root.end()) {
    return &*whole;
  }
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
    const auto member = root.find(path.substr(0, dot));
    const OrderedJson* const found = member == root.end() ? nullptr : find_path(*member, path.substr(dot + 1));
    if (found != nullptr) {
      return found;
    }
  }
  return nullptr;
}

}  // namespace

Result<std::string> select_json_key(const std::string& value, const std::string& key)
{
  const auto root = parse_ordered_json(value, "the value");
  if (!root) {
    // The parser's own error would quote the value.
    return fail(failed_error("the value is no JSON, so no key of it can be selected", "leave --json-key out"));
  }
  const OrderedJson* const found = find_path(*root, key);
  if (found == nullptr) {
    return fail(not_found_error(fmt::format("the value has no key '{}'", key), "keys are separated by dots: db.password"));
  }
  return found->is_string() ? found->get<std::string>() : found->dump();
}

Result<GetResponse> get(const GetRequest& request, davit::aws::auth::Session& session)
{
  davit::aws::secretsmanager::Client client{session};
  DAVIT_TRY_ASSIGN(auto secret, client.get_secret_value({request.secret_id, request.version_id, request.version_stage}));
  GetResponse out{.secret = std::move(secret), .value = {}};
  out.value = out.secret.text ? *out.secret.text : *out.secret.binary;
  if (!request.json_key.empty()) {
    DAVIT_TRY_ASSIGN(out.value, select_json_key(out.value, request.json_key));
    out.secret.binary.reset();
  }
  return out;
}

void add_get(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<GetFlags>();
  CLI::App& command = registry.add(group, "get", get_doc());
  command.add_option("name", flags->name, "Key of davit.yaml, name or ARN")->required()->type_name("NAME");
  command.add_option("--json-key", flags->request.json_key, "A member of a JSON value")->type_name("KEY");
  command.add_option("--version-id", flags->request.version_id, "A certain version")->type_name("ID");
  command.add_option("--version-stage", flags->request.version_stage, "A stage (default AWSCURRENT)")->type_name("STAGE");
  command.add_flag("--show-value", flags->show_value, "Show the value in a table too");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::secret
