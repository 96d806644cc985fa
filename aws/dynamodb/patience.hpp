// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace davit::aws::dynamodb {

/// How long a bulk command puts up with a table that neither takes nor gives anything: throttled, unreachable, or answering nonsense. Each
/// call was retried by the client before it came to this.
class Patience
{
public:
  explicit Patience(std::chrono::milliseconds limit) : m_limit(limit) {}

  /// Something was written or read.
  void progressed() { m_last_progress = std::chrono::steady_clock::now(); }

  [[nodiscard]] bool is_exhausted() const { return std::chrono::steady_clock::now() - m_last_progress > m_limit; }

  /// The longest silence of the server within one call.
  [[nodiscard]] std::chrono::milliseconds read_timeout() const;

private:
  std::chrono::milliseconds m_limit;
  std::chrono::steady_clock::time_point m_last_progress = std::chrono::steady_clock::now();
};

/// About one minute, as AWS advises
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html).
constexpr std::chrono::minutes k_default_patience{1};

/// How long to wait before the attempt that follows `attempts` in vain: full jitter up to 50 ms, 100 ms, ... 10 s.
std::chrono::milliseconds back_off(int attempts);

}  // namespace davit::aws::dynamodb
