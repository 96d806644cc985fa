// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/session.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/fault_server.hpp"

namespace davit::aws::auth {
namespace {

using namespace std::chrono_literals;
using tests::FaultServer;
using tests::Reply;

const TimePoint k_start = parse_time("2026-01-01T00:00:00Z").value();

Reply keys(const std::string& id, TimePoint expiration)
{
  return {.body = fmt::format(R"({{"AccessKeyId":"{}","SecretAccessKey":"s","Token":"t","Expiration":"{}"}})", id, to_rfc3339(expiration))};
}

TEST(Session, AsksForNewCredentialsBeforeTheOldOnesEnd)
{
  FaultServer container{{keys("FIRST", k_start + 1h), keys("SECOND", k_start + 2h), Reply{.status = 400}}};
  TimePoint now = k_start;
  Session session{
      {.environment = Environment{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url() + "/"}}}, .clock = [&now] { return now; }}};
  const auto key_after = [&](std::chrono::minutes time) {
    now = k_start + time;
    const auto credentials = session.credentials();
    return credentials ? credentials->access_key_id : credentials.error().message;
  };
  EXPECT_EQ(key_after(0min), "FIRST");
  EXPECT_EQ(key_after(54min), "FIRST");
  EXPECT_EQ(container.requests().size(), 1U);
  EXPECT_EQ(key_after(56min), "SECOND");
  EXPECT_EQ(key_after(116min), "SECOND") << "the source has no others now";
  EXPECT_EQ(container.requests().size(), 3U);
  EXPECT_EQ(key_after(116min), "SECOND");
  EXPECT_EQ(container.requests().size(), 3U) << "not asked before every request";
  EXPECT_EQ(key_after(121min), "SECOND") << "the service says that they have ended";
}

}  // namespace
}  // namespace davit::aws::auth
