// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/auth/service_client.hpp"
#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// The call that a request document in the shape of the API reference stands for. JSON services get the document byte for byte, right or
/// wrong, but for an idempotency token that it lacks; of REST services its members go into path, query, headers and body; of query services
/// it becomes form fields. A Lambda `Payload` is sent as it is written, a string without its quotes. Usage error when the operation of a
/// REST service is unknown to davit, when its document is no JSON object, when a member of the path is missing, or when one has no place.
Result<ServiceCall> call_of_document(std::string_view service, std::string_view operation, std::string_view document);

/// Whether the operation is open to callers without AWS credentials: signing up and signing in, and exchanging a token for a role.
bool is_unsigned(std::string_view service, std::string_view operation);

/// Write, unless the operation's name begins like one that only reads: Get, List, Describe, Query, Scan, ...
Effect effect_of(std::string_view operation);

/// The bytes of a top-level member of a JSON object, as they stand there. Empty when there is none. The text must be valid JSON.
std::string_view raw_member(std::string_view object, std::string_view name);

}  // namespace davit::aws::auth
