// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "aws/dynamodb/client.hpp"

namespace davit::commands::table {

enum class Awaited {
  active,   ///< the table and all its indexes
  created,  ///< the same, where the table was made just now: for a moment the service may say that there is none
  deleted,  ///< there is no such table any more
};

/// Asks again and again, first every 0.1 s, at last every 5 s, until the table is as awaited. `progress` is told what it still waits for.
/// An unavailable error when the time is over, cancelled when the user interrupts; not_found when a table to be active is not there.
Status wait_until(aws::dynamodb::Client& client, const std::string& table, Awaited awaited, std::chrono::milliseconds limit,
                  const std::function<void(std::string_view)>& progress);

constexpr std::chrono::minutes k_default_wait{10};

}  // namespace davit::commands::table
