// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/json.hpp"

namespace davit::aws::local::gateway {

/// The token of a header, with the word Bearer in front or without.
std::string bearer_token(std::string value);

/// What a text says, or every text of a list.
std::vector<std::string> texts_of(const OrderedJson& value);

/// The words of `scope`, which is one text (RFC 8693 section 4.2), or of `scp`.
std::vector<std::string> scopes_of(const OrderedJson& claims);

bool share_one(const std::vector<std::string>& one, const std::vector<std::string>& other);

}  // namespace davit::aws::local::gateway
