// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/logs/log_store.hpp"

namespace davit::aws::local::logs {

/// A LogGroup: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
Json group_document(const Caller& caller, const LogGroup& group);

/// What a search by pattern tells of a group.
Json found_document(const Caller& caller, const LogGroup& group);

/// A LogStream: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html
Json stream_document(const Caller& caller, const std::string& group, const LogStream& stream);

}  // namespace davit::aws::local::logs
