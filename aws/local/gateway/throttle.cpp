// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/throttle.hpp"

#include <algorithm>

namespace davit::aws::local::gateway {

bool Throttler::take(const std::string& name, const Throttle& limits, Now now)
{
  const double burst = limits.burst.value_or(static_cast<int>(limits.rate.value_or(0)));
  const std::lock_guard lock(m_mutex);
  auto [entry, is_new] = m_buckets.try_emplace(name);
  Bucket& bucket = entry->second;
  if (is_new || bucket.limits != limits) {
    bucket = {.tokens = burst, .filled = now, .limits = limits};
  }
  const double passed_s = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(burst, bucket.tokens + passed_s * limits.rate.value_or(burst));
  bucket.filled = now;
  if (bucket.tokens < 1) {
    return false;
  }
  bucket.tokens -= 1;
  return true;
}

bool Throttler::admits(const Api& api, const Stage& stage, const std::string& route_key, Now now)
{
  const auto own = stage.route_throttles.find(route_key);
  const bool has_own = own != stage.route_throttles.end();
  const Throttle& limits = has_own ? own->second : stage.throttle;
  if (!limits.rate && !limits.burst) {
    return true;
  }
  return take(api.id + "/" + stage.name + (has_own ? "/" + route_key : ""), limits, now);
}

}  // namespace davit::aws::local::gateway
