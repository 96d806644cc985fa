// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "aws/local/lambda/isolation.hpp"
#include "cli/local_state.hpp"

namespace davit::commands::local {

struct ServeRequest {
  std::filesystem::path state;  ///< absolute; exists
  std::uint16_t port = 0;       ///< 0 takes a free one
  std::string region;
  std::string account_id;
  std::filesystem::path credentials_file;  ///< absolute, or empty
  std::optional<aws::local::lambda::Isolation> isolation;
  std::chrono::milliseconds expiry_interval{30'000};  ///< how often expired items of tables are deleted
  std::chrono::milliseconds event_retry_wait{1'000};  ///< before the second attempt at an asynchronous event of Lambda
  bool throttles = false;                             ///< provisioned tables are held to their capacity
};

/// Makes a serving process forget its data and go on, on the same ports; it writes endpoint.json anew when that is done.
inline constexpr int k_reset_signal = SIGHUP;

/// Serves in this process until SIGINT or SIGTERM. `ready` is called once it answers. A conflict error when the folder is served already.
Status serve(const ServeRequest& request, const std::function<Status(const cli::LocalState&)>& ready);

/// Serves in a process of its own, which outlives this one, and returns once it answers.
Result<cli::LocalState> serve_detached(const ServeRequest& request);

}  // namespace davit::commands::local
