// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace davit::aws::local::gateway {

/// A line of an access log: `format` with each $context.NAME replaced by what `value_of` says of it, "-" where that is empty.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
std::string access_log_line(std::string_view format, const std::function<std::string(const std::string&)>& value_of);

/// The group of "arn:aws:logs:REGION:ACCOUNT:log-group:NAME", with or without ":*" at its end; empty when it is no such ARN.
std::string log_group_of(std::string_view arn);

}  // namespace davit::aws::local::gateway
