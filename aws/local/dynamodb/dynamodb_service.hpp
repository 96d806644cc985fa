// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "aws/core/time.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::dynamodb {

struct ServiceOptions {
  Clock clock = system_now;
  std::optional<std::chrono::milliseconds> expiry_interval;  ///< how often expired items are deleted; nothing: they stay
  bool throttles = false;                                    ///< holds provisioned tables to their capacity
};

/// DynamoDB over the shared database, which must outlive it.
Result<std::unique_ptr<Service>> make_dynamodb_service(store::Database& database, const ServiceOptions& options = {});

}  // namespace davit::aws::local::dynamodb
