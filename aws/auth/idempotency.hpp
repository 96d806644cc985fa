// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace davit::aws::auth {

/// The document with a fresh idempotency token before its other bytes, when the operation has such a member and the document lacks it: then
/// a repeated request is the same request. AWS's SDKs do the same: https://smithy.io/2.0/spec/behavior-traits.html#idempotencytoken-trait
/// What is no JSON object stays as it is.
std::string with_idempotency_token(std::string_view service, std::string_view operation, std::string_view document);

}  // namespace davit::aws::auth
