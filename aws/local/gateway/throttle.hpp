// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "aws/local/gateway/api.hpp"

namespace davit::aws::local::gateway {

/// Token buckets, one for each stage and each route that has limits of its own:
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
class Throttler
{
public:
  using Now = std::chrono::steady_clock::time_point;

  /// False when a request of that route is one too many now.
  bool admits(const Api& api, const Stage& stage, const std::string& route_key, Now now = std::chrono::steady_clock::now());

private:
  struct Bucket {
    double tokens = 0;
    Now filled{};
    Throttle limits;
  };
  bool take(const std::string& name, const Throttle& limits, Now now);

  std::mutex m_mutex;
  std::map<std::string, Bucket> m_buckets;
};

}  // namespace davit::aws::local::gateway
