// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/retry.hpp"

#include <gtest/gtest.h>

namespace davit::aws::auth {
namespace {

using namespace std::chrono_literals;
using enum RetryReason;

const Backoff k_backoff{};

TEST(RetryDelay, DoublesUpToTwentySeconds)
{
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0), 50ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 1, 1.0), 100ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 30, 1.0), 20s);
  EXPECT_EQ(retry_delay(k_backoff, throttling, 0, 1.0), 1s);
  EXPECT_EQ(retry_delay(k_backoff, throttling, 3, 0.5), 4s);
  EXPECT_EQ(retry_delay({.transient_base = 25ms}, transient, 0, 1.0), 25ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 4, 0.0), 0ms);
}

/// The cases that the specification of retry behaviour 2.1 gives, with the random number held at 1.
TEST(RetryDelay, HeedsTheServiceWithinBounds)
{
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0, "1500"), 1500ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0, "10000"), 5050ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0, "1"), 50ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0, "invalid"), 50ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0, "-100"), 50ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0, "99999999999999999999"), 50ms);
  EXPECT_EQ(retry_delay(k_backoff, transient, 0, 1.0, std::nullopt, "2"), 2s);
}

TEST(RetryReason, KnowsThrottlingFromTrouble)
{
  EXPECT_EQ(retry_reason("ProvisionedThroughputExceededException", 400), throttling);
  EXPECT_EQ(retry_reason("TooManyRequestsException", 429), throttling);
  EXPECT_EQ(retry_reason("429", 429), throttling);
  EXPECT_EQ(retry_reason("InternalServerError", 500), transient);
  EXPECT_EQ(retry_reason("IDPCommunicationError", 400), transient);
  EXPECT_EQ(retry_reason("ValidationException", 400), none);
  EXPECT_EQ(retry_reason("NotImplemented", 501), none);
}

TEST(RetryQuota, PaysForRetriesAndIsGivenBack)
{
  RetryQuota quota;
  int retries = 0;
  while (quota.take(transient)) {
    ++retries;
  }
  EXPECT_EQ(retries, 500 / 14);
  EXPECT_TRUE(quota.take(throttling)) << "cheaper";
  const int before = quota.available();
  quota.give_back(transient);
  EXPECT_EQ(quota.available(), before + 14);
  quota.give_back(std::nullopt);
  EXPECT_EQ(quota.available(), before + 15);
  for (int i = 0; i < 1000; ++i) {
    quota.give_back(std::nullopt);
  }
  EXPECT_EQ(quota.available(), 500);
}

}  // namespace
}  // namespace davit::aws::auth
