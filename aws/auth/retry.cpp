// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace davit::aws::auth {
namespace {

using std::chrono::milliseconds;

constexpr int k_capacity = 500;
constexpr int k_transient_cost = 14;
constexpr int k_throttling_cost = 5;
constexpr int k_refund_of_first_success = 1;
constexpr milliseconds k_longest_delay{20'000};
constexpr milliseconds k_most_the_service_adds{5'000};

constexpr std::array<std::string_view, 14> k_throttling_codes{"Throttling",
                                                              "ThrottlingException",
                                                              "ThrottledException",
                                                              "RequestThrottledException",
                                                              "RequestThrottled",
                                                              "TooManyRequestsException",
                                                              "ProvisionedThroughputExceededException",
                                                              "TransactionInProgressException",
                                                              "RequestLimitExceeded",
                                                              "BandwidthLimitExceeded",
                                                              "LimitExceededException",
                                                              "SlowDown",
                                                              "PriorRequestNotComplete",
                                                              "EC2ThrottledException"};
constexpr std::array<std::string_view, 3> k_transient_codes{"RequestTimeout", "RequestTimeoutException", "IDPCommunicationError"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view text)
{
  return std::find(list.begin(), list.end(), text) != list.end();
}

int cost_of(RetryReason reason)
{
  return reason == RetryReason::throttling ? k_throttling_cost : k_transient_cost;
}

std::optional<milliseconds> parse(std::optional<std::string_view> text, int unit_ms)
{
  std::int64_t value = 0;
  if (!text || text->size() > 9) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  const bool good = error == std::errc{} && end == text->data() + text->size() && value >= 0;
  return good ? std::optional(milliseconds{value * unit_ms}) : std::nullopt;
}

}  // namespace

RetryReason retry_reason(std::string_view code, int http_status)
{
  if (contains(k_throttling_codes, code) || http_status == 429) {
    return RetryReason::throttling;
  }
  const bool server_failed = http_status == 500 || http_status == 502 || http_status == 503 || http_status == 504;
  return server_failed || contains(k_transient_codes, code) ? RetryReason::transient : RetryReason::none;
}

bool RetryQuota::take(RetryReason reason)
{
  if (m_available < cost_of(reason)) {
    return false;
  }
  m_available -= cost_of(reason);
  return true;
}

void RetryQuota::give_back(std::optional<RetryReason> last_retry)
{
  m_available = std::min(k_capacity, m_available + (last_retry ? cost_of(*last_retry) : k_refund_of_first_success));
}

milliseconds retry_delay(const Backoff& backoff, RetryReason reason, int retry, double random,
                         std::optional<std::string_view> retry_after_ms, std::optional<std::string_view> retry_after_s)
{
  const milliseconds base = reason == RetryReason::throttling ? backoff.throttling_base : backoff.transient_base;
  const milliseconds full = std::min<milliseconds>(base * (1LL << std::min(retry, 20)), k_longest_delay);
  const milliseconds own{static_cast<std::int64_t>(random * static_cast<double>(full.count()))};
  auto asked = parse(retry_after_ms, 1);
  if (!asked) {
    asked = parse(retry_after_s, 1000);
  }
  return asked ? std::clamp(*asked, own, own + k_most_the_service_adds) : own;
}

}  // namespace davit::aws::auth
