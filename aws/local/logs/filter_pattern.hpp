// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/local/fault.hpp"

namespace davit::aws::local::logs {

/// Whether a message matches.
using FilterPattern = std::function<bool(std::string_view message)>;

/// Terms (all of them, -without, ?any of, "quoted phrases", %regular expressions%), JSON patterns ({ $.status >= 500 && $.path = "/a*" })
/// and patterns for space-delimited messages ([ip, ..., status = 4*]).
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
Answer<FilterPattern> parse_filter_pattern(std::string_view text);

/// A JSON pattern with its braces.
Answer<FilterPattern> parse_json_pattern(std::string_view text);

/// A pattern of fields with its brackets.
Answer<FilterPattern> parse_space_pattern(std::string_view text);

/// What stands between percent signs, with the characters that AWS takes:
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
Answer<FilterPattern> regular_expression(const std::string& text);

tl::unexpected<Fault> invalid_pattern(std::string_view reason);

/// `text` against a pattern in which * stands for any characters.
bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace davit::aws::local::logs
