// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credentials_cache.hpp"

#include <gtest/gtest.h>

#include "tests/support/process.hpp"

namespace davit::aws::auth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const TimePoint k_cache_time = parse_time("2026-01-01T00:00:00Z").value();

/// The names were computed by Python's hashlib and json, as the AWS CLI does.
TEST(CredentialsCache, UsesTheNamesOfTheAwsCli)
{
  EXPECT_EQ(cache_name(RoleStep{.role_arn = "r"}), "00ff80d2b6089d12405e07a23903b90a2f77eeb6");
  EXPECT_EQ(cache_name(RoleStep{.role_arn = "arn:aws:iam::1:role/r",
                                .session_name = "me \xC3\xBC\"",
                                .external_id = "x/1",
                                .mfa_serial = "arn:mfa",
                                .duration = 900s}),
            "748aecdd25f0902863b01ad53f2f060f398df392");
  SsoRole role{.account_id = "1", .role_name = "r", .region = "eu-west-1", .start_url = "https://x"};
  EXPECT_EQ(cache_name(role), "61df16b1633950a30250c46799720d6e003c7b9d");
  role.session_name = "corp";
  EXPECT_EQ(cache_name(role), "a2ba207a205a333a989977de586e24a14321ce68");
}

TEST(CredentialsCache, KeepsThemForTheirOwnerWhileTheyLast)
{
  const tests::TemporaryDirectory home;
  const fs::path folder = home.path() / ".aws/cli/cache";
  Credentials credentials{"AKID", "secret", "token"};
  keep_in_cache(folder, "endless", credentials);
  EXPECT_FALSE(fs::exists(folder)) << "what never ends is not kept";
  credentials.expires_at = k_cache_time + 1h;
  keep_in_cache(folder, "name", credentials);
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder / "name.json").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto found = find_in_cache(folder, "name", k_cache_time);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key_id + found->secret_access_key + found->session_token, "AKIDsecrettoken");
  EXPECT_EQ(found->expires_at, credentials.expires_at);
  EXPECT_FALSE(find_in_cache(folder, "name", k_cache_time + 46min)) << "it would end before long";
  EXPECT_FALSE(find_in_cache(folder, "other", k_cache_time));
  fs::create_symlink(folder / "name.json", folder / "link.json");
  EXPECT_FALSE(find_in_cache(folder, "link", k_cache_time)) << "a link may lead to what somebody else wrote";
  home.write(".aws/cli/cache/broken.json", "{\"Credentials\": 1");
  EXPECT_FALSE(find_in_cache(folder, "broken", k_cache_time));
}

}  // namespace
}  // namespace davit::aws::auth
