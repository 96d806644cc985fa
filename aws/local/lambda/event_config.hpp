// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace davit::aws::local::lambda {

/// How asynchronous invocations of a function, version or alias are handled; these are Lambda's settings where there are none.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
struct EventConfig {
  int retries = 2;
  int largest_age_s = 6 * 3600;
  std::string on_success;  ///< ARN; empty when there is none
  std::string on_failure;
};

/// Of a stored configuration, which has the members of the API.
EventConfig event_config_of(const nlohmann::json& document);

}  // namespace davit::aws::local::lambda
