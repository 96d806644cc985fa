// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/logs/log_store.hpp"

namespace davit::aws::local::logs {

/// The answer of ListTagsForResource: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
Answer<Json> list_tags(LogStore& store, const LogGroup& group);

/// Adds tags and replaces those of the same name; 50 at most.
Answer<Json> add_tags(LogStore& store, const LogGroup& group, const Json& added);

Answer<Json> remove_tags(LogStore& store, const LogGroup& group, const std::vector<std::string>& names);

}  // namespace davit::aws::local::logs
