// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/patience.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::registry {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_first_limit{200};
constexpr milliseconds k_last_limit{10'000};
constexpr milliseconds k_most_the_server_asks{60'000};
/// How late a signal may be noticed.
constexpr milliseconds k_nap{50};

/// A date, which the field may hold as well, is passed over: clocks differ, and the own delay is good enough.
milliseconds asked_delay(const http::TransferResult& result)
{
  const std::string text = result.response ? result.response->headers.get("retry-after").value_or("") : "";
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc{} && end == text.data() + text.size() && seconds > 0;
  return is_number ? std::min<milliseconds>(std::chrono::seconds(seconds), k_most_the_server_asks) : milliseconds{0};
}

}  // namespace

bool is_worth_repeating(const http::TransferResult& result)
{
  if (result.response) {
    const int status = result.response->status;
    return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
  }
  return result.failure == http::Failure::connect || result.failure == http::Failure::timeout ||
         result.failure == http::Failure::connection;
}

milliseconds delay_before(int attempt, const http::TransferResult& result)
{
  const milliseconds limit = std::min(k_first_limit * (1 << std::min(attempt, 10)), k_last_limit);
  const milliseconds own{static_cast<std::int64_t>(crypto::random_fraction() * static_cast<double>(limit.count()))};
  return std::max(own, asked_delay(result));
}

bool wait(milliseconds delay)
{
  const auto until = std::chrono::steady_clock::now() + delay;
  for (auto now = std::chrono::steady_clock::now(); now < until && interrupted() == 0; now = std::chrono::steady_clock::now()) {
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(until - now, k_nap));
  }
  return interrupted() == 0;
}

http::TransferResult send_patiently(http::Client& client, const http::Request& request, const http::SendOptions& options)
{
  http::TransferResult result = client.send(request, options);
  for (int attempt = 0; attempt + 1 < k_most_attempts && is_worth_repeating(result); ++attempt) {
    if (!wait(delay_before(attempt, result))) {
      break;
    }
    result = client.send(request, options);
  }
  return result;
}

}  // namespace davit::aws::registry
