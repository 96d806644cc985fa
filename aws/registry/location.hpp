// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::registry {

/// Where a Location field leads from `base`: absolute, or relative as RFC 3986 section 5.2 resolves it. Failed error when it leads where a
/// registry has no business to send its clients: from https to http, or to another host whose name says that it is private (loopback,
/// RFC 1918, link-local and unique local addresses), which is how a registry would reach a metadata service through its client.
Result<Url> follow(const Url& base, std::string_view location);

/// Whether two URLs have one scheme, host and port, so that credentials for the one may go to the other.
bool same_origin(const Url& a, const Url& b);

/// Whether the host is a private address, as written; nothing is looked up.
bool is_private_host(const Url& url);

}  // namespace davit::aws::registry
