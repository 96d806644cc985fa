// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "aws/core/time.hpp"
#include "aws/local/logs/log_store.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::logs {

/// CloudWatch Logs: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
std::unique_ptr<Service> make_logs_service(LogStore& store, Clock clock);

}  // namespace davit::aws::local::logs
