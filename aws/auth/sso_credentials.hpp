// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/auth/credential_source.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// A role's credentials from IAM Identity Center, with the token that `aws sso login` keeps below ~/.aws/sso/cache. One that ends within 15
/// minutes is exchanged for a newer one where it can be. Credentials error that says how to sign in when there is none, or it has expired.
/// https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
Result<Credentials> get_sso_credentials(Session& session, const SsoRole& role);

}  // namespace davit::aws::auth
