// SPDX-License-Identifier: Apache-2.0
#include "commands/aws/config.hpp"

#include <CLI/App.hpp>

#include "aws/auth/session.hpp"

namespace davit::commands::aws {
namespace {

using davit::aws::auth::ConfigFile;
using davit::aws::auth::Ignored;
using davit::aws::auth::Section;

cli::CommandDoc config_doc()
{
  return {.summary = "Show the AWS configuration files as they are understood, and what was ignored",
          .description =
              "Reads ~/.aws/config and ~/.aws/credentials, or the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name. Secret "
              "keys and "
              "session tokens are not shown.",
          .examples = {{"davit aws config", "Every profile with its settings"}, {"davit aws config -o json", "The same, for a script"}}};
}

bool is_secret(const std::string& name)
{
  return name == "aws_secret_access_key" || name == "aws_session_token" || name == "aws_security_token";
}

OrderedJson to_json(const std::map<std::string, Section>& sections)
{
  OrderedJson out = OrderedJson::object();
  for (const auto& [name, section] : sections) {
    OrderedJson& members = out[name] = OrderedJson::object();
    for (const auto& [key, property] : section) {
      members[key] = is_secret(key) ? "(not shown)" : property.value;
    }
  }
  return out;
}

OrderedJson to_json(const std::vector<Ignored>& ignored)
{
  OrderedJson out = OrderedJson::array();
  for (const auto& entry : ignored) {
    out.push_back({{"file", entry.file}, {"line", entry.line}, {"reason", entry.reason}});
  }
  return out;
}

cli::Table table_of(const ConfigFile& files)
{
  cli::Table table{.header = {"SECTION", "SETTING", "VALUE", "FROM"}, .rows = {}};
  const auto add = [&table](const std::string& kind, const std::map<std::string, Section>& sections) {
    for (const auto& [name, section] : sections) {
      for (const auto& [key, property] : section) {
        table.rows.push_back({kind + name, key, is_secret(key) ? "(not shown)" : property.value, property.origin()});
      }
    }
  };
  add("profile ", files.profiles);
  add("sso-session ", files.sso_sessions);
  add("services ", files.services);
  for (const auto& entry : files.ignored) {
    table.rows.push_back({"ignored", "", entry.reason, entry.file + ":" + std::to_string(entry.line)});
  }
  return table;
}

Result<cli::Outcome> run(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const ConfigFile* files, session->config_files());
  const auto& environment = session->settings().environment;
  return cli::Outcome{.document = {.data = {{"profiles", to_json(files->profiles)},
                                            {"ssoSessions", to_json(files->sso_sessions)},
                                            {"services", to_json(files->services)},
                                            {"ignored", to_json(files->ignored)},
                                            {"profile", session->profile().name},
                                            {"configFile", environment.config_file().string()},
                                            {"credentialsFile", environment.credentials_file().string()}},
                                   .table = table_of(*files)}};
}

}  // namespace

void add_config(CLI::App& group, cli::Registry& registry)
{
  const CLI::App& command = registry.add(group, "config", config_doc());
  registry.bind(command, run);
}

}  // namespace davit::commands::aws
