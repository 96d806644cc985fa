// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/inventory.hpp"

#include <algorithm>
#include <set>

#include "aws/dynamodb/client.hpp"

namespace davit::commands::workflow {
namespace {

/// Absence is an answer here, every other error is one.
template <typename T>
Result<std::optional<T>> if_found(Result<T> result)
{
  if (result) {
    return std::optional<T>(std::move(*result));
  }
  return result.error().kind == ErrorKind::not_found ? Result<std::optional<T>>(std::nullopt) : fail(std::move(result).error());
}

class Inspector
{
public:
  Inspector(const cli::config::Project& project, aws::auth::Session& session) : m_project(project), m_session(session) {}

  Result<Inventory> run()
  {
    DAVIT_TRY(look_at_functions());
    DAVIT_TRY(look_at_api());
    DAVIT_TRY(look_at_tables());
    DAVIT_TRY(look_at_secrets());
    DAVIT_TRY(look_at_logs());
    return std::move(m_inventory);
  }

private:
  [[nodiscard]] std::string prefix() const { return m_project.physical_name(""); }

  void note_leftover(const std::string& kind, const std::string& name)
  {
    if (name.starts_with(prefix())) {
      m_inventory.leftovers.push_back(kind + " " + name);
    }
  }

  [[nodiscard]] bool is_function(const std::string& name) const
  {
    return (m_project.handler && name == m_project.physical_name("handler")) ||
           std::any_of(m_project.functions.begin(), m_project.functions.end(),
                       [&](const auto& entry) { return m_project.physical_name(entry.first) == name; });
  }

  Status look_at_functions()
  {
    aws::lambda::Client client{m_session};
    const std::string name = m_project.physical_name("handler");
    if (m_project.handler) {
      DAVIT_TRY_ASSIGN(m_inventory.function, if_found(client.get_function(name)));
      if (!m_inventory.function) {
        m_inventory.missing.push_back("function " + name);
      }
    }
    if (m_project.handler && m_project.handler->package == cli::config::PackageType::zip) {
      DAVIT_TRY_ASSIGN(m_inventory.layer_versions, client.list_layer_versions(name));
      m_inventory.layer = name;
    }
    DAVIT_TRY_ASSIGN(const auto functions, client.list_functions());
    for (const auto& function : functions) {
      if (!is_function(function.name)) {
        note_leftover("function", function.name);
      }
    }
    return {};
  }

  Status look_at_api()
  {
    DAVIT_TRY_ASSIGN(const auto apis, aws::apigatewayv2::Client(m_session).get_apis());
    const std::string name = m_project.name + "-" + m_project.environment;
    const auto found = std::find_if(apis.begin(), apis.end(), [&](const auto& api) { return api.name == name; });
    if (found != apis.end()) {
      m_inventory.api = *found;
    } else if (m_project.api) {
      m_inventory.missing.push_back("HTTP API " + name);
    }
    return {};
  }

  Status look_at_tables()
  {
    aws::dynamodb::Client client{m_session};
    std::set<std::string> wanted;
    for (const auto& [key, unused] : m_project.tables) {
      const std::string name = m_project.physical_name(key);
      wanted.insert(name);
      DAVIT_TRY_ASSIGN(auto table, if_found(client.describe_table(name)));
      if (table) {
        m_inventory.tables.push_back(std::move(*table));
      } else {
        m_inventory.missing.push_back("table " + name);
      }
    }
    DAVIT_TRY_ASSIGN(const auto names, client.list_tables());
    for (const auto& name : names) {
      if (!wanted.contains(name)) {
        note_leftover("table", name);
      }
    }
    return {};
  }

  Status look_at_secrets()
  {
    aws::secretsmanager::Client client{m_session};
    DAVIT_TRY_ASSIGN(const auto secrets, client.list_secrets());
    std::set<std::string> found;
    for (const auto& secret : secrets) {
      const bool is_known = std::any_of(m_project.secrets.begin(), m_project.secrets.end(),
                                        [&](const auto& entry) { return m_project.physical_name(entry.first) == secret.name; });
      if (is_known && !secret.deleted) {
        found.insert(secret.name);
        m_inventory.secrets.push_back(secret);
      } else if (!is_known) {
        note_leftover("secret", secret.name);
      }
    }
    for (const auto& [key, unused] : m_project.secrets) {
      if (!found.contains(m_project.physical_name(key))) {
        m_inventory.missing.push_back("secret " + m_project.physical_name(key));
      }
    }
    return {};
  }

  Status look_at_logs()
  {
    const std::string folder = "/aws/lambda/";
    DAVIT_TRY_ASSIGN(const auto groups, aws::logs::Client(m_session).describe_log_groups(folder + prefix()));
    for (const auto& group : groups) {
      if (is_function(group.name.substr(folder.size()))) {
        m_inventory.log_groups.push_back(group.name);
      } else {
        m_inventory.leftovers.push_back("log group " + group.name);
      }
    }
    return {};
  }

  const cli::config::Project& m_project;
  aws::auth::Session& m_session;
  Inventory m_inventory;
};

}  // namespace

Result<Inventory> take_inventory(const cli::config::Project& project, aws::auth::Session& session)
{
  return Inspector(project, session).run();
}

}  // namespace davit::commands::workflow
