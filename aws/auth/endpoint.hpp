// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/auth/service_model.hpp"
#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::auth {

/// Where a service is reached, and for what it is signed.
struct Endpoint {
  Url url;
  std::string signing_name;
  std::string signing_region;
  std::string origin;  ///< where the URL came from: "--endpoint-url", "AWS_ENDPOINT_URL_DYNAMODB", "profile 'dev'", "region us-east-1", ...
};

enum class Fips { no, yes };
enum class DualStack { no, yes };

/// A URL that replaces the service's own, and who said so.
struct CustomEndpoint {
  std::string url;
  std::string origin;
};

/// The endpoint as AWS's published rules give it, without the account-based hosts of DynamoDB. Usage error when the region is missing or is
/// no name that can stand in a host, and when a custom endpoint is combined with FIPS or dual stack.
Result<Endpoint> resolve_endpoint(const ServiceModel& service, const std::string& region, Fips fips, DualStack dual_stack,
                                  const std::optional<CustomEndpoint>& custom = std::nullopt);

/// A region is one DNS label: a hostile one such as "x.evil.example/" must not become a host.
Status check_region(std::string_view region);

}  // namespace davit::aws::auth
