// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// AWS's retry behaviour 2.1, the SDKs' default since November 2026:
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
namespace davit::aws::auth {

/// Why an attempt is worth repeating.
enum class RetryReason {
  none,
  transient,   ///< a lost connection, a time-out, an error of the server
  throttling,  ///< the service asks for patience
};

/// The class of a service's error.
RetryReason retry_reason(std::string_view code, int http_status);

/// What a process may spend on retries, so that many failing calls do not make an outage worse.
class RetryQuota
{
public:
  /// Takes the cost of a retry; false when there is too little left.
  bool take(RetryReason reason);

  /// After a success: gives back what the call's last retry cost, or a little when it needed none.
  void give_back(std::optional<RetryReason> last_retry);

  [[nodiscard]] int available() const { return m_available; }

private:
  int m_available = 500;
};

struct Backoff {
  std::chrono::milliseconds transient_base{50};
  std::chrono::milliseconds throttling_base{1000};
};

/// random * min(base * 2^retry, 20 s), with `retry` counted from 0 and `random` from [0, 1). What the service asks for (x-amz-retry-after
/// in milliseconds, Retry-After in seconds) counts between that delay and 5 s more; values that are no number are passed over.
std::chrono::milliseconds retry_delay(const Backoff& backoff, RetryReason reason, int retry, double random,
                                      std::optional<std::string_view> retry_after_ms = std::nullopt,
                                      std::optional<std::string_view> retry_after_s = std::nullopt);

}  // namespace davit::aws::auth
