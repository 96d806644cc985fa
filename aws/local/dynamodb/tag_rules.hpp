// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/dynamodb/refusal.hpp"

namespace davit::aws::local::dynamodb {

constexpr std::size_t k_max_tags = 50;

/// A list of Key and Value as the service takes it
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html#TaggingRestrictions).
Complaint tags_complaint(const Json& tags);

}  // namespace davit::aws::local::dynamodb
