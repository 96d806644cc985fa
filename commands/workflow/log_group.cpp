// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/log_group.hpp"

#include <algorithm>

#include "aws/lambda/client.hpp"
#include "aws/logs/client.hpp"
#include "commands/workflow/function_name.hpp"

namespace davit::commands::workflow {
namespace {

/// The part behind "arn:aws:logs:REGION:ACCOUNT:log-group:", without the ":*" that some operations show.
std::string group_of_arn(const std::string& arn)
{
  constexpr std::string_view k_resource = ":log-group:";
  const std::size_t at = arn.find(k_resource);
  const std::string name = at == std::string::npos ? arn : arn.substr(at + k_resource.size());
  return name.ends_with(":*") ? name.substr(0, name.size() - 2) : name;
}

/// Of "NAME", "NAME:QUALIFIER", or an ARN.
std::string bare_function_name(const std::string& function)
{
  constexpr std::string_view k_resource = ":function:";
  const std::size_t at = function.find(k_resource);
  const std::string name = at == std::string::npos ? function : function.substr(at + k_resource.size());
  return name.substr(0, name.find(':'));
}

Result<bool> is_group(aws::auth::Session& session, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto groups, aws::logs::Client(session).describe_log_groups(name));
  return std::any_of(groups.begin(), groups.end(), [&](const auto& group) { return group.name == name; });
}

bool is_group_name(const std::string& name)
{
  return name.starts_with('/') || (name.starts_with("arn:") && name.find(":log-group:") != std::string::npos);
}

}  // namespace

Result<std::string> log_group_of_function(aws::auth::Session& session, const std::string& function)
{
  const std::string usual = "/aws/lambda/" + bare_function_name(function);
  const auto configuration = aws::lambda::Client(session).get_function_configuration(function);
  if (configuration) {
    return configuration->log_group.empty() ? usual : configuration->log_group;
  }
  const bool may_guess = configuration.error().kind == ErrorKind::not_found ||
                         (configuration.error().service && configuration.error().service->code == "AccessDeniedException");
  return may_guess ? Result<std::string>(usual) : fail(configuration.error());
}

Result<std::string> find_log_group(cli::Context& context, const std::string& name)
{
  if (is_group_name(name)) {
    return group_of_arn(name);
  }
  DAVIT_TRY_ASSIGN(const FunctionTarget target, find_function(context, name));
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  DAVIT_TRY_ASSIGN(std::string group, log_group_of_function(*session, target.physical_name));
  if (target.physical_name != name || group != "/aws/lambda/" + name) {
    return group;
  }
  // Any name: a function may be gone and its group still there, and a group may have a name without a slash.
  DAVIT_TRY_ASSIGN(const bool is_of_function, is_group(*session, group));
  if (is_of_function) {
    return group;
  }
  DAVIT_TRY_ASSIGN(const bool is_itself, is_group(*session, name));
  return is_itself ? name : group;
}

}  // namespace davit::commands::workflow
