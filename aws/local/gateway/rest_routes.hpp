// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "aws/local/gateway/rest_changes.hpp"

namespace davit::aws::local::gateway {

/// An operation on a REST API that is there, by the name that apigateway_routes() gives it, and the status of its success.
struct RestEntry {
  const char* name;
  RestOperation* run;
  int status;
};

std::span<const RestEntry> rest_entries();

}  // namespace davit::aws::local::gateway
