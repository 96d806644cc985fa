// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/patience.hpp"

#include <algorithm>

#include "aws/crypto/random.hpp"

namespace davit::aws::dynamodb {

using std::chrono::milliseconds;

milliseconds Patience::read_timeout() const
{
  constexpr milliseconds k_longest_silence{20'000};
  return std::clamp(m_limit, milliseconds{1'000}, k_longest_silence);
}

milliseconds back_off(int attempts)
{
  if (attempts == 0) {
    return milliseconds{0};
  }
  const double longest = std::min(10'000.0, 50.0 * static_cast<double>(1 << std::min(attempts, 10)));
  return milliseconds(static_cast<int>(longest * crypto::random_fraction()));
}

}  // namespace davit::aws::dynamodb
