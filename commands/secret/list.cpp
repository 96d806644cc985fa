// SPDX-License-Identifier: Apache-2.0
#include "commands/secret/list.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>

namespace davit::commands::secret {
namespace {

using davit::aws::secretsmanager::SecretEntry;

cli::CommandDoc list_doc()
{
  return {.summary = "List secrets, never their values [API: ListSecrets]",
          .description = "The KEY column names the entry of davit.yaml that a secret belongs to in this environment.",
          .examples = {{"davit secret list --env local", "The secrets of the local AWS"},
                       {"davit secret list --prefix shop-prod- -o json", "Some of them, for a script"}}};
}

OrderedJson or_null(const std::optional<TimePoint>& time)
{
  return time ? OrderedJson(to_rfc3339(*time)) : OrderedJson();
}

/// The key of davit.yaml whose physical name this is; empty when there is none.
std::string key_of(const cli::config::Project* project, const std::string& name)
{
  if (project == nullptr) {
    return "";
  }
  const auto& secrets = project->secrets;
  const auto found =
      std::find_if(secrets.begin(), secrets.end(), [&](const auto& entry) { return project->physical_name(entry.first) == name; });
  return found == secrets.end() ? "" : found->first;
}

cli::Document document_of(const std::vector<SecretEntry>& entries, const cli::config::Project* project)
{
  cli::Document document{.data = {{"secrets", OrderedJson::array()}},
                         .table = cli::Table{.header = {"NAME", "KEY", "CHANGED", "DESCRIPTION"}, .rows = {}}};
  document.list_member = "secrets";
  for (const auto& entry : entries) {
    const std::string key = key_of(project, entry.name);
    const auto changed = entry.last_changed ? entry.last_changed : entry.created;
    document.data["secrets"].push_back({{"name", entry.name},
                                        {"arn", entry.arn},
                                        {"key", key.empty() ? OrderedJson() : OrderedJson(key)},
                                        {"description", entry.description},
                                        {"createdAt", or_null(entry.created)},
                                        {"changedAt", or_null(changed)},
                                        {"deletedAt", or_null(entry.deleted)},
                                        {"rotationEnabled", entry.rotation_enabled}});
    document.table->rows.push_back({entry.name, key, changed ? to_rfc3339(*changed) : "", entry.description});
  }
  return document;
}

Result<cli::Outcome> run(cli::Context& context, const ListRequest& request)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const auto entries, list(request, *session));
  return cli::Outcome{.document = document_of(entries, project)};
}

}  // namespace

Result<std::vector<SecretEntry>> list(const ListRequest& request, davit::aws::auth::Session& session)
{
  DAVIT_TRY_ASSIGN(auto entries, davit::aws::secretsmanager::Client{session}.list_secrets());
  std::erase_if(entries, [&](const SecretEntry& entry) { return !entry.name.starts_with(request.prefix); });
  std::sort(entries.begin(), entries.end(), [](const SecretEntry& a, const SecretEntry& b) { return a.name < b.name; });
  return entries;
}

void add_list(CLI::App& group, cli::Registry& registry)
{
  auto request = std::make_shared<ListRequest>();
  CLI::App& command = registry.add(group, "list", list_doc());
  command.add_option("--prefix", request->prefix, "Only secrets whose name begins so")->type_name("TEXT");
  registry.bind(command, [request](cli::Context& context) { return run(context, *request); });
}

}  // namespace davit::commands::secret
