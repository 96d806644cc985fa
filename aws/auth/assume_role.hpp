// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/auth/credential_source.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"

/// Roles' credentials from STS: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
namespace davit::aws::auth {

/// Signed with `source`, or from the AWS CLI's cache. A role that wants an MFA code is found in the cache alone. Credentials error, or that
/// of the call.
Result<Credentials> assume_role(Session& session, const RoleStep& role, const Credentials& source);

/// Not signed: the token says who asks. Its file is read anew each time.
Result<Credentials> assume_role_with_web_identity(Session& session, const WebIdentity& identity);

}  // namespace davit::aws::auth
