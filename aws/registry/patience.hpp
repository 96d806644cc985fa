// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "aws/http/client.hpp"

namespace davit::aws::registry {

/// How often a request is made, at most.
inline constexpr int k_most_attempts = 6;

/// Whether the same request may succeed a little later: a lost connection, 429 and the errors of servers and gateways.
bool is_worth_repeating(const http::TransferResult& result);

/// How long to wait before the next attempt: a random part of a limit that doubles with each (from 0), or what the Retry-After field asks
/// for (RFC 9110 section 10.2.3, in seconds), up to a minute.
std::chrono::milliseconds delay_before(int attempt, const http::TransferResult& result);

/// False when the user interrupted meanwhile.
bool wait(std::chrono::milliseconds delay);

/// Sends, and again while it is worth it. For requests that may be made twice.
http::TransferResult send_patiently(http::Client& client, const http::Request& request, const http::SendOptions& options);

}  // namespace davit::aws::registry
