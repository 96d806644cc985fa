// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/logs/log_store.hpp"

namespace davit::aws::local::logs {

/// The name in logGroupName, or in logGroupIdentifier, which may be an ARN.
Answer<std::string> group_name_of(const Json& input);

/// GetLogEvents of one stream: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
Answer<Json> get_log_events(LogStore& store, const LogGroup& group, const LogStream& stream, const Json& input);

/// FilterLogEvents: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
Answer<Json> filter_log_events(LogStore& store, const LogGroup& group, const Json& input);

}  // namespace davit::aws::local::logs
