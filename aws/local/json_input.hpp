// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/fault.hpp"

/// Members of a request document. A member of the wrong type is a SerializationException, as AWS's services answer.
namespace davit::aws::local::input {

/// Nothing when absent or null.
Answer<std::optional<std::string>> text(const Json& document, const char* member);
Answer<std::optional<std::int64_t>> integer(const Json& document, const char* member);
Answer<bool> flag(const Json& document, const char* member, bool otherwise = false);

/// Base64 in the document, bytes here.
Answer<std::optional<std::string>> blob(const Json& document, const char* member);

/// Empty when absent or null.
Answer<std::vector<std::string>> texts(const Json& document, const char* member);

/// Refuses an absent member with `code` and the words of AWS's validation.
Answer<std::string> required_text(const Json& document, const char* member, std::string_view code);

}  // namespace davit::aws::local::input
