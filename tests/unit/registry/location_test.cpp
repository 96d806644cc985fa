// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/location.hpp"

#include <gtest/gtest.h>

namespace davit::aws::registry {
namespace {

Url url(const std::string& text)
{
  return parse_url(text).value();
}

TEST(Follow, ResolvesAsRfc3986Does)
{
  const Url base = url("https://r.example/v2/app/blobs/uploads/?a=b");
  const std::pair<std::string, std::string> cases[] = {
      {"/v2/app/blobs/uploads/1?_state=x%3D", "https://r.example/v2/app/blobs/uploads/1?_state=x%3D"},
      {"2", "https://r.example/v2/app/blobs/uploads/2"},
      {"../3/./4?q", "https://r.example/v2/app/blobs/3/4?q"},
      {"?only=query", "https://r.example/v2/app/blobs/uploads/?only=query"},
      {"https://r.example:443/up?x=https://other", "https://r.example/up?x=https://other"},
      {"/redirect?to=https://other/", "https://r.example/redirect?to=https://other/"},
      {"//cdn.example/blob", "https://cdn.example/blob"}};
  for (const auto& [location, expected] : cases) {
    const auto target = follow(base, location);
    ASSERT_TRUE(target) << location << ": " << target.error().message;
    EXPECT_EQ(target->to_string(), expected);
  }
}

TEST(Follow, RefusesPlacesThatAreNoRegistrysBusiness)
{
  const Url base = url("https://r.example/v2/");
  for (const std::string location :
       {"http://r.example/v2/", "https://10.1.2.3/", "https://169.254.169.254/latest", "https://127.1/", "https://localhost/x",
        "https://[::1]/", "https://[fd00:ec2::254]/", "https://[::ffff:10.0.0.1]/", "https://2130706433/", "https://192.168.7.7/",
        "https://172.31.0.1/", "ftp://r.example/", "https:///x"}) {
    EXPECT_FALSE(follow(base, location)) << location;
  }
  EXPECT_TRUE(follow(base, "https://172.32.0.1/"));
  const Url local = url("http://127.0.0.1:5000/v2/");
  EXPECT_TRUE(follow(local, "http://127.0.0.1:5000/upload"));
  EXPECT_FALSE(follow(local, "http://127.0.0.1:5001/upload"));
}

TEST(Follow, NeverShowsTheQueryOfAPlaceThatItRefuses)
{
  const auto refused = follow(url("https://r.example/"), "http://r.example/?signature=secret");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

TEST(SameOrigin, HoldsSchemeHostAndPort)
{
  EXPECT_TRUE(same_origin(url("https://a.example/x"), url("https://a.example:443/y")));
  EXPECT_FALSE(same_origin(url("https://a.example/"), url("https://a.example:8443/")));
  EXPECT_FALSE(same_origin(url("https://a.example/"), url("http://a.example:443/")));
  EXPECT_FALSE(same_origin(url("https://a.example/"), url("https://b.example/")));
}

}  // namespace
}  // namespace davit::aws::registry
