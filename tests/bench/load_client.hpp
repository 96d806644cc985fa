// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/auth/credentials.hpp"
#include "aws/core/uri.hpp"

namespace davit::bench {

/// Where a DynamoDB listens, and who asks it.
struct Target {
  Url endpoint;
  aws::auth::Credentials credentials;
  std::string region;
};

/// One request as it goes over the wire, signed: so that the time of a run is the server's and not the client's.
std::string signed_request(const Target& target, std::string_view operation, std::string body);

/// What a run of requests came to.
struct Tally {
  double seconds = 0;
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;               ///< of the answers' bodies
  std::uint64_t errors = 0;              ///< answers of another status than 200
  std::string first_error;               ///< the body of the first of them
  std::vector<std::uint32_t> latencies;  ///< microseconds, in order of size

  [[nodiscard]] std::uint32_t percentile(double percent) const;
};

/// The next request of a connection, after the body of the last answer (empty before the first); nothing ends the connection.
using NextRequest = std::function<std::optional<std::string>(std::size_t connection, std::string_view answer)>;

/// Sends over that many connections that stay open, each waiting for its answer. One thread, so that two processors serve the server well.
/// Throws std::runtime_error when the server is gone.
Tally run(const Target& target, std::size_t connections, const NextRequest& next);

}  // namespace davit::bench
