// SPDX-License-Identifier: Apache-2.0
#include "aws/lambda/http_event.hpp"

#include <gtest/gtest.h>

namespace davit::aws::lambda {
namespace {

http::Request request_of(std::string method, std::string_view url, http::Headers headers = {}, std::string body = {})
{
  return {.method = std::move(method), .url = parse_url(url).value(), .headers = std::move(headers), .body = std::move(body)};
}

OrderedJson event_of(const http::Request& request)
{
  return http_event(request, {.request_id = "id-1", .time = parse_time("2020-03-12T19:03:58.390Z").value()});
}

TEST(HttpEvent, JoinsRepeatedHeadersAndParameters)
{
  const auto event = event_of(request_of("GET", "http://h/a?x=1&x=2&y&z=a%20b+c", {{"X-One", "1"}, {"x-one", "2"}, {"Accept", "*/*"}}));
  EXPECT_EQ(event.at("headers").at("x-one"), "1,2");
  EXPECT_EQ(event.at("queryStringParameters"), OrderedJson({{"x", "1,2"}, {"y", ""}, {"z", "a b c"}}));
  EXPECT_EQ(event.at("rawQueryString"), "x=1&x=2&y&z=a%20b+c");
}

TEST(HttpEvent, MovesCookiesOutOfTheHeaders)
{
  const auto event = event_of(request_of("GET", "http://h/", {{"Cookie", "a=1; b=2"}, {"cookie", "c=3"}}));
  EXPECT_EQ(event.at("cookies"), OrderedJson({"a=1", "b=2", "c=3"}));
  EXPECT_FALSE(event.at("headers").contains("cookie"));
}

TEST(HttpEvent, LeavesAbsentPartsOut)
{
  const auto event = event_of(request_of("GET", "http://h/"));
  for (const char* absent : {"cookies", "queryStringParameters", "body"}) {
    EXPECT_FALSE(event.contains(absent)) << absent;
  }
  EXPECT_EQ(event.at("isBase64Encoded"), false);
}

TEST(HttpEvent, TellsTimeInMillisecondsAndTheWayOfLogs)
{
  const auto context = event_of(request_of("POST", "http://h/caf%C3%A9", {{"User-Agent", "t"}})).at("requestContext");
  EXPECT_EQ(context.at("timeEpoch"), 1'584'039'838'390);
  EXPECT_EQ(context.at("time"), "12/Mar/2020:19:03:58 +0000");
  EXPECT_EQ(context.at("http").at("path"), "/caf\xC3\xA9");
  EXPECT_EQ(context.at("http").at("userAgent"), "t");
}

TEST(HttpEvent, SendsBytesInBase64)
{
  const auto event = event_of(request_of("PUT", "http://h/", {}, std::string("\x00\xFF", 2)));
  EXPECT_EQ(event.at("body"), "AP8=");
  EXPECT_EQ(event.at("isBase64Encoded"), true);
}

TEST(HttpEvent, SendsAsTextWhatIsKnownToBe)
{
  const auto form = event_of(request_of("POST", "http://h/", {{"Content-Type", "application/x-www-form-urlencoded"}}, "a=b"));
  EXPECT_EQ(form.at("body"), "YT1i");
  EXPECT_EQ(form.at("isBase64Encoded"), true);
  const auto json = event_of(request_of("POST", "http://h/", {{"Content-Type", "application/vnd.x+json; charset=utf-8"}}, "{}"));
  EXPECT_EQ(json.at("body"), "{}");
  EXPECT_EQ(json.at("isBase64Encoded"), false);
}

TEST(HttpAnswer, InfersSuccessFromPlainJson)
{
  const auto answer = http_answer(R"({"hello":"world"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"hello":"world"})");
  EXPECT_EQ(answer.headers.get("content-type"), "application/json");
  EXPECT_EQ(http_answer("\"text\"").body, "text");
}

TEST(HttpAnswer, ReadsStatusHeadersCookiesAndBytes)
{
  const auto answer =
      http_answer(R"({"statusCode":201,"headers":{"X-Id":7},"cookies":["a=1","b=2"],"body":"AP8=","isBase64Encoded":true})");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.headers.get("x-id"), "7");
  EXPECT_EQ(answer.body, std::string("\x00\xFF", 2));
  int cookies = 0;
  for (const auto& [name, value] : answer.headers.fields()) {
    cookies += name == "set-cookie";
  }
  EXPECT_EQ(cookies, 2);
}

TEST(HttpAnswer, RefusesWhatNoGatewayCouldSend)
{
  for (const char* payload : {"no json", R"({"statusCode":"abc"})", R"({"statusCode":200,"headers":[1]})", R"({"statusCode":42})",
                              R"({"statusCode":200,"body":"%%","isBase64Encoded":true})"}) {
    const auto answer = http_answer(payload);
    EXPECT_TRUE(answer.is_malformed) << payload;
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body, R"({"message":"Internal Server Error"})");
  }
}

}  // namespace
}  // namespace davit::aws::lambda
