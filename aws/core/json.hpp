// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

/// One JSON document (RFC 8259). `name` is the file or source that an error names, with line and column. Refuses duplicate members,
/// which RFC 8259 section 4 leaves open and readers disagree on, and nesting deeper than 100.
Result<Json> parse_json(std::string_view text, std::string_view name);

/// Like parse_json, with members kept in the order in which they were written.
Result<OrderedJson> parse_ordered_json(std::string_view text, std::string_view name);

/// Compact, and never throws: bytes that are no UTF-8 become U+FFFD.
std::string dump_json(const Json& value);

/// Two spaces of indentation, for people.
std::string dump_pretty(const OrderedJson& value);

}  // namespace davit
