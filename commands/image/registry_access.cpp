// SPDX-License-Identifier: Apache-2.0
#include "commands/image/registry_access.hpp"

#include <fmt/format.h>

#include "aws/auth/session.hpp"
#include "aws/ecr/registry_host.hpp"
#include "cli/local_state.hpp"

namespace davit::commands::image {
namespace {

namespace registry = aws::registry;

bool is_local(const cli::Context& context)
{
  return context.globals().environment == "local";
}

registry::LoginSource login_of(aws::ecr::Authorization authorization)
{
  return [authorization = std::move(authorization)](const std::string& host, const std::string&) -> Result<std::optional<registry::Login>> {
    if (host != authorization.host) {
      return std::nullopt;
    }
    return registry::Login{.user = authorization.user, .password = authorization.password, .origin = "Amazon ECR"};
  };
}

/// AWS_CA_BUNDLE speaks for registries too: a proxy that opens TLS stands before both.
Result<aws::http::ClientSettings> http_settings(aws::auth::Session& session)
{
  DAVIT_TRY_ASSIGN(const auto bundle, session.setting("AWS_CA_BUNDLE", "ca_bundle"));
  return bundle ? aws::http::ClientSettings{.ca_bundle = bundle->value} : aws::http::ClientSettings{};
}

Result<std::shared_ptr<aws::ecr::Client>> ecr_client(aws::auth::Session& session, const std::string& region)
{
  if (region.empty()) {
    return std::make_shared<aws::ecr::Client>(session);
  }
  DAVIT_TRY_ASSIGN(auto client, aws::ecr::Client::in_region(session, region));
  return std::make_shared<aws::ecr::Client>(std::move(client));
}

/// The caller's own ECR, or the one that the host names.
Result<RegistryAccess> access_to_ecr(cli::Context& context, const std::string& host)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  const auto named = aws::ecr::registry_of_host(host);
  RegistryAccess access{.host = host};
  DAVIT_TRY_ASSIGN(access.http, http_settings(*session));
  DAVIT_TRY_ASSIGN(access.ecr, ecr_client(*session, named ? named->region : ""));
  DAVIT_TRY_ASSIGN(auto authorization, access.ecr->get_authorization_token(named ? named->account : ""));
  // A name with -fips or of two address families is the same registry's, whose token names the usual one.
  access.host = authorization.host = named ? host : authorization.host;
  access.authorizer = std::make_shared<registry::Authorizer>(login_of(std::move(authorization)));
  return access;
}

/// By the logins of Docker and Podman.
Result<RegistryAccess> access_by_login(cli::Context& context, const std::string& host)
{
  const auto environment = aws::auth::Environment::of_process();
  RegistryAccess access{.host = host};
  access.authorizer = std::make_shared<registry::Authorizer>(registry::logins_of_files(registry::login_files(environment)));
  // The local AWS need not run for a pull from elsewhere.
  if (!is_local(context)) {
    DAVIT_TRY_ASSIGN(auto* session, context.session());
    DAVIT_TRY_ASSIGN(access.http, http_settings(*session));
  }
  return access;
}

bool is_local_registry(const cli::Context& context, const std::string& host)
{
  const auto folder = context.globals().state.empty() ? context.state_directory() / "local" : context.globals().state;
  const auto state = cli::read_local_state(folder);
  return state && state->registry == host;
}

}  // namespace

Result<aws::registry::Client> RegistryAccess::open() const
{
  return aws::registry::Client::open(host, purpose, authorizer, http);
}

Result<RegistryAccess> access_to_push(cli::Context& context, const std::string& host)
{
  if (!is_local(context)) {
    return host.empty() || aws::ecr::registry_of_host(host) ? access_to_ecr(context, host) : access_by_login(context, host);
  }
  DAVIT_TRY_ASSIGN(auto access, access_to_ecr(context, ""));
  if (!host.empty() && host != access.host) {
    return fail(usage_error(fmt::format("--env local pushes to the local registry, {}, not to {}", access.host, host),
                            "leave the host out of TARGET, or leave --env local out"));
  }
  return access;
}

Result<RegistryAccess> access_to_pull(cli::Context& context, const std::string& host)
{
  const bool is_ecr = is_local(context) ? is_local_registry(context, host) : aws::ecr::registry_of_host(host).has_value();
  auto access = is_ecr ? access_to_ecr(context, is_local(context) ? "" : host) : access_by_login(context, host);
  if (access) {
    access->purpose = registry::Client::Purpose::pull;
  }
  return access;
}

}  // namespace davit::commands::image
