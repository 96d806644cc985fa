// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "aws/core/time.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::dynamodb {

/// DynamoDB over the shared database, which must outlive it.
Result<std::unique_ptr<Service>> make_dynamodb_service(store::Database& database, Clock clock = system_now);

}  // namespace davit::aws::local::dynamodb
