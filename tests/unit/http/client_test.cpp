// SPDX-License-Identifier: Apache-2.0
#include "aws/http/client.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "aws/http/content.hpp"
#include "tests/support/fault_server.hpp"

namespace davit::aws::http {
namespace {

using namespace std::chrono_literals;
using tests::FaultServer;
using tests::Reply;

Request get(const FaultServer& server, const std::string& path = "/")
{
  Request request;
  request.url = parse_url(server.url() + path).value();
  return request;
}

/// Must run first in the process: the library is opened by the first request and stays.
TEST(ACurlLibrary, IsNotLoadedBeforeTheFirstRequest)
{
  std::stringstream maps;
  maps << std::ifstream("/proc/self/maps").rdbuf();
  EXPECT_EQ(maps.str().find("libcurl"), std::string::npos);
  const Client client;
  EXPECT_EQ(client.under_way(), 0U);
}

TEST(HttpClient, SendsThePathAsItIs)
{
  FaultServer server{{Reply{}}};
  Client client;
  ASSERT_TRUE(client.send(get(server, "/a/../b//c/./%2e?x=1&y=%20")).response);
  EXPECT_EQ(server.requests().front().target, "/a/../b//c/./%2e?x=1&y=%20");
}

TEST(HttpClient, AddsNoHeaderOfItsOwnThatMatters)
{
  FaultServer server{{Reply{}}};
  Client client;
  auto request = get(server);
  request.method = "POST";
  request.body = std::string(2'000'000, 'x');
  ASSERT_TRUE(client.send(request).response);
  const auto received = server.requests().front();
  EXPECT_FALSE(received.headers.contains("expect"));
  EXPECT_FALSE(received.headers.contains("content-type"));
  EXPECT_EQ(received.body.size(), request.body.size());
}

TEST(HttpClient, KeepsConnections)
{
  FaultServer server{{Reply{}}};
  Client client;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client.send(get(server)).response);
  }
  EXPECT_EQ(server.requests().back().connection, 1);
}

TEST(HttpClient, SendsOnceOnAConnectionOfItsOwn)
{
  FaultServer server{{Reply{}, Reply{.fault = Reply::Fault::close}, Reply{}}};
  Client client;
  ASSERT_TRUE(client.send(get(server)).response);
  const auto result = client.send(get(server), {.send_once = true});
  EXPECT_EQ(result.failure, Failure::connection);
  EXPECT_TRUE(result.bytes_left);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpClient, NamesEachFailure)
{
  const std::pair<Reply, Failure> cases[] = {{Reply{.fault = Reply::Fault::reset}, Failure::connection},
                                             {Reply{.fault = Reply::Fault::close}, Failure::connection},
                                             {Reply{.body = "half", .fault = Reply::Fault::cut}, Failure::connection},
                                             {Reply{.delay = 5s}, Failure::timeout},
                                             {Reply{.body = std::string(5000, 'x')}, Failure::too_large},
                                             {Reply{.headers = {"X: " + std::string(70'000, 'h')}}, Failure::too_large}};
  for (const auto& [reply, failure] : cases) {
    FaultServer server{{reply}};
    Client client;
    const auto result = client.send(get(server), {.read_timeout = 300ms, .max_body_bytes = 4096, .send_once = true});
    EXPECT_EQ(result.failure, failure) << static_cast<int>(failure);
    EXPECT_FALSE(result.response);
    EXPECT_TRUE(result.bytes_left);
  }
}

TEST(HttpClient, KnowsThatNothingLeftWithoutAConnection)
{
  int port = 0;
  {
    const FaultServer closed{{Reply{}}};
    port = closed.port();
  }
  Client client;
  Request request;
  request.url = parse_url("http://127.0.0.1:" + std::to_string(port)).value();
  const auto result = client.send(request);
  EXPECT_EQ(result.failure, Failure::connect);
  EXPECT_FALSE(result.bytes_left);
}

TEST(HttpClient, RefusesHeaderInjection)
{
  FaultServer server{{Reply{}}};
  Client client;
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"X", "a\r\nY: b"}, {"X\r\nY", "a"}, {"X", std::string("a\0b", 3)}, {"X Y", "a"}, {"", "a"}}) {
    auto request = get(server);
    request.headers.add(name, value);
    EXPECT_EQ(client.send(request).failure, Failure::not_sent);
  }
  auto request = get(server);
  request.url.path = "/a b";
  EXPECT_EQ(client.send(request).failure, Failure::not_sent);
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpClient, FollowsNoRedirect)
{
  FaultServer server{{Reply{.status = 307, .headers = {"Location: /elsewhere"}}}};
  Client client;
  EXPECT_EQ(client.send(get(server)).response->status, 307);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClient, RunsManyAtOnce)
{
  FaultServer server{{Reply{.delay = 150ms}}};
  Client client;
  int done = 0;
  for (int i = 0; i < 8; ++i) {
    client.start(get(server), {}, [&done](const TransferResult& result) { done += result.response ? 1 : 0; });
  }
  const auto start = std::chrono::steady_clock::now();
  while (client.under_way() > 0) {
    client.run(std::chrono::steady_clock::now() + 5s);
  }
  EXPECT_EQ(done, 8);
  EXPECT_EQ(server.most_at_once(), 8);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 8 * 150ms);
}

TEST(HttpClient, LeavesContentEncodingAlone)
{
  FaultServer server{{Reply{.body = "\x1f\x8b not really", .headers = {"Content-Encoding: gzip"}}}};
  Client client;
  EXPECT_EQ(client.send(get(server)).response->body, "\x1f\x8b not really");
}

TEST(Content, ChecksAndInflates)
{
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  // printf hello | gzip -n
  const std::string gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00", 25);
  Response response{.status = 200, .headers = {{"Content-Encoding", "gzip"}}, .body = gzip};
  ASSERT_TRUE(inflate_body(response, 100));
  EXPECT_EQ(response.body, "hello");
  response = {.status = 200, .headers = {{"Content-Encoding", "gzip"}}, .body = gzip};
  EXPECT_FALSE(inflate_body(response, 4)) << "larger than allowed";
  response = {.status = 200, .headers = {{"Content-Encoding", "gzip"}}, .body = gzip.substr(0, 20)};
  EXPECT_FALSE(inflate_body(response, 100)) << "cut";
}

}  // namespace
}  // namespace davit::aws::http
