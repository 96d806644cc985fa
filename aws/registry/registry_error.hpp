// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/error.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::registry {

/// The first code of an error document ("NAME_UNKNOWN"), or empty (distribution-spec, "Error Codes").
std::string error_code_of(const http::Response& response);

/// A refusal as the registry says it. `doing` is what was tried: "PUT manifest v1". The kind follows the status; text that others wrote is
/// cut and made printable.
Error error_of(const http::Response& response, std::string_view host, std::string_view doing);

}  // namespace davit::aws::registry
