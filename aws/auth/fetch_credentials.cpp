// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/fetch_credentials.hpp"

#include "aws/auth/assume_role.hpp"
#include "aws/auth/container_credentials.hpp"
#include "aws/auth/credential_process.hpp"
#include "aws/auth/credentials_document.hpp"
#include "aws/auth/instance_metadata.hpp"
#include "aws/auth/sso_credentials.hpp"

namespace davit::aws::auth {
namespace {

/// AWS_EC2_METADATA_SERVICE_ENDPOINT, the profile's, or the usual address for the endpoint mode.
Result<Url> instance_endpoint(Session& session)
{
  DAVIT_TRY_ASSIGN(const auto endpoint, session.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint"));
  if (endpoint) {
    return parse_url(endpoint->value);
  }
  DAVIT_TRY_ASSIGN(const auto mode, session.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode"));
  return instance_metadata_url(mode && http::equals_ignoring_case(mode->value, "ipv6"));
}

struct Fetch {
  Session& session;

  Result<Credentials> operator()(const Credentials& credentials) const { return credentials; }
  Result<Credentials> operator()(const WebIdentity& identity) const { return assume_role_with_web_identity(session, identity); }
  Result<Credentials> operator()(const SsoRole& role) const { return get_sso_credentials(session, role); }

  Result<Credentials> operator()(const CredentialProcess& process) const
  {
    return run_credential_process(process, session.settings().environment.get("_AWS_CLI_PROFILE_CHAIN").value_or(""));
  }

  Result<Credentials> operator()(NamedSource source) const
  {
    DAVIT_TRY_ASSIGN(http::Client * client, session.http());
    switch (source) {
      case NamedSource::environment:
        return environment_credentials(session.settings().environment);
      case NamedSource::container:
        return get_container_credentials(session.settings().environment, *client);
      case NamedSource::instance_metadata:
        break;
    }
    if (session.settings().environment.is_true("AWS_EC2_METADATA_DISABLED")) {
      return fail(credentials_error("the instance's role is asked for, but AWS_EC2_METADATA_DISABLED is true"));
    }
    DAVIT_TRY_ASSIGN(const Url endpoint, instance_endpoint(session));
    return get_instance_credentials(endpoint, *client);
  }
};

}  // namespace

Result<Credentials> fetch_credentials(Session& session, const SourceChain& chain)
{
  DAVIT_TRY_ASSIGN(Credentials credentials, std::visit(Fetch{session}, chain.source));
  for (const auto& role : chain.roles) {
    DAVIT_TRY_ASSIGN(credentials, assume_role(session, role, credentials));
  }
  return credentials;
}

}  // namespace davit::aws::auth
