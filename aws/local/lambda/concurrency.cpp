// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/concurrency.hpp"

#include <numeric>

namespace davit::aws::local::lambda {
namespace {

tl::unexpected<Fault> throttled(std::string reason)
{
  return tl::unexpected<Fault>(
      {.code = "TooManyRequestsException", .message = "Rate Exceeded.", .status = 429, .reason = std::move(reason)});
}

}  // namespace

ConcurrencyLimiter::Slot::~Slot()
{
  if (m_limiter != nullptr) {
    m_limiter->leave(m_arn);
  }
}

void ConcurrencyLimiter::reserve(const std::string& arn, std::optional<int> most)
{
  const std::lock_guard lock(m_mutex);
  if (most) {
    m_reserved.insert_or_assign(arn, *most);
  } else {
    m_reserved.erase(arn);
  }
}

int ConcurrencyLimiter::unreserved() const
{
  const std::lock_guard lock(m_mutex);
  return unreserved_locked();
}

int ConcurrencyLimiter::unreserved_locked() const
{
  return std::accumulate(m_reserved.begin(), m_reserved.end(), k_account_limit,
                         [](int left, const auto& reserved) { return left - reserved.second; });
}

Answer<ConcurrencyLimiter::Slot> ConcurrencyLimiter::enter(const std::string& arn)
{
  const std::lock_guard lock(m_mutex);
  if (const auto reserved = m_reserved.find(arn); reserved != m_reserved.end()) {
    if (m_running[arn] >= reserved->second) {
      return throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    }
  } else {
    const int others = std::accumulate(m_running.begin(), m_running.end(), 0, [this](int sum, const auto& running) {
      return m_reserved.contains(running.first) ? sum : sum + running.second;
    });
    if (others >= unreserved_locked()) {
      return throttled("ConcurrentInvocationLimitExceeded");
    }
  }
  ++m_running[arn];
  return Slot(*this, arn);
}

void ConcurrencyLimiter::leave(const std::string& arn)
{
  const std::lock_guard lock(m_mutex);
  if (--m_running[arn] <= 0) {
    m_running.erase(arn);
  }
}

}  // namespace davit::aws::local::lambda
