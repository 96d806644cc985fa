// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/auth/credential_source.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// Gets the first credentials of the chain where its source says, and assumes its roles in turn. The error is that of the first step that
/// fails.
Result<Credentials> fetch_credentials(Session& session, const SourceChain& chain);

}  // namespace davit::aws::auth
