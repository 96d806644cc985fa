// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "aws/auth/endpoint.hpp"
#include "aws/auth/retry.hpp"
#include "aws/auth/service_client.hpp"
#include "aws/auth/service_model.hpp"
#include "aws/http/client.hpp"

/// One attempt of a call: what goes out, and what its result means.
namespace davit::aws::auth {

/// The request of a call in the service's protocol, not yet signed.
http::Request build_request(const ServiceModel& service, const Endpoint& endpoint, const ServiceCall& call);

struct Verdict {
  Result<Answer> outcome;
  RetryReason retry = RetryReason::none;
  /// Whether the service refused the request for its time: worth repeating once the clock has been corrected.
  bool clock_is_suspect = false;
  bool clock_is_wrong = false;
};

/// Checks the x-amz-crc32 of the bytes as they came, inflates, and reads the service's error if there is one.
Verdict judge(http::TransferResult result, const ServiceCall& call);

/// How far the server's clock is ahead, by its Date header and the middle of the exchange. Nothing without a Date, with an Age (a cache
/// answered), or when the answer took so long that the middle means nothing.
std::optional<std::chrono::milliseconds> clock_skew_of(const http::TransferResult& result);

}  // namespace davit::aws::auth
