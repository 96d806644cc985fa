// SPDX-License-Identifier: Apache-2.0
#include "aws/core/uri.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace davit {
namespace {

TEST(ParseUrl, TakesItApart)
{
  const Url url = parse_url("HTTPS://Example.COM:8443/a/b?x=1&y#frag").value();
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "example.com");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "x=1&y");
  EXPECT_EQ(url.authority(), "example.com:8443");
}

TEST(ParseUrl, FillsInPortAndPath)
{
  const Url url = parse_url("http://[::1]?q").value();
  EXPECT_EQ(url.host, "[::1]");
  EXPECT_EQ(url.port, 80);
  EXPECT_EQ(url.path, "/");
  EXPECT_EQ(url.query, "q");
  EXPECT_TRUE(url.is_loopback());
}

TEST(ParseUrl, RefusesTricks)
{
  for (const char* text :
       {"", "ftp://x", "http://", "http://user@host/", "http://host:0/", "http://host:99999/", "http://a b/", "http://h\r\n/", "host:80"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, KnowsLoopbackInEverySpelling)
{
  for (const char* const host : {"127.9.9.9", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "localhost", "LOCALHOST.", "a.localhost",
                                 "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"}) {
    EXPECT_TRUE(parse_url(fmt::format("http://{}:1/", host))->is_loopback()) << host;
  }
  for (const char* const host :
       {"127.example.com", "10.0.0.1", "128.0.0.1", "localhost.example.com", "[::2]", "[::ffff:10.0.0.1]", "127.0.0.1.evil"}) {
    EXPECT_FALSE(parse_url(fmt::format("http://{}/", host))->is_loopback()) << host;
  }
}

TEST(PercentEncode, KeepsUnreservedCharactersOnly)
{
  EXPECT_EQ(percent_encode("a/b c~\xC3\xA9"), "a%2Fb%20c~%C3%A9");
  EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
  EXPECT_EQ(percent_decode("a%2Fb%zz%4"), "a/b%zz%4");
}

}  // namespace
}  // namespace davit
