// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/auth/credentials.hpp"
#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"
#include "aws/http/client.hpp"

/// Version 2 of the instance metadata service:
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html Version 1 is not spoken: it answers
/// whoever can make a server send a GET.
namespace davit::aws::auth {

/// Where it is asked when nothing else is configured; `ipv6` for the endpoint mode IPv6.
Url instance_metadata_url(bool ipv6);

/// A session token, the name of the instance's role, and the role's credentials. Unavailable error when nobody answers within a second, not
/// found error when the instance has no role.
Result<Credentials> get_instance_credentials(const Url& endpoint, http::Client& client);

}  // namespace davit::aws::auth
