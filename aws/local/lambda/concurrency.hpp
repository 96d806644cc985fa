// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "aws/local/fault.hpp"

namespace davit::aws::local::lambda {

/// How many invocations may be under way at once. Safe to use from several threads.
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
class ConcurrencyLimiter
{
public:
  /// Of an account whose quota was not raised, and what reservations must leave of it.
  static constexpr int k_account_limit = 1000;
  static constexpr int k_least_unreserved = 100;

  /// One invocation, counted as long as it lives.
  class Slot
  {
  public:
    Slot(ConcurrencyLimiter& limiter, std::string arn) : m_limiter(&limiter), m_arn(std::move(arn)) {}
    Slot(Slot&& other) noexcept : m_limiter(std::exchange(other.m_limiter, nullptr)), m_arn(std::move(other.m_arn)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot();

  private:
    ConcurrencyLimiter* m_limiter;
    std::string m_arn;
  };

  /// By the ARN of a function without version; nothing takes the reservation away.
  void reserve(const std::string& arn, std::optional<int> most);
  [[nodiscard]] int unreserved() const;

  /// A throttling fault when the function's reservation, or what the account has beside all reservations, is used up.
  Answer<Slot> enter(const std::string& arn);

private:
  void leave(const std::string& arn);
  [[nodiscard]] int unreserved_locked() const;

  mutable std::mutex m_mutex;
  std::map<std::string, int> m_reserved;
  std::map<std::string, int> m_running;
};

}  // namespace davit::aws::local::lambda
