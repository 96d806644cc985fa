// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/service_error.hpp"

#include <gtest/gtest.h>

namespace davit::aws::auth {
namespace {

struct Case {
  const char* name;
  http::Response response;
  std::string code;
  std::string message;
  ErrorKind kind;
};

const Case k_cases[] = {
    {"json type with namespace",
     {400, {}, R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"})"},
     "ResourceNotFoundException",
     "no table",
     ErrorKind::not_found},
    {"header wins, cut at the colon",
     {404, {{"x-amzn-ErrorType", "ResourceNotFoundException:http://x/"}}, R"({"Type":"User","Message":"no function"})"},
     "ResourceNotFoundException",
     "no function",
     ErrorKind::not_found},
    {"code member", {400, {}, R"({"code":"ValidationException","message":"bad"})"}, "ValidationException", "bad", ErrorKind::failed},
    {"query compatible header",
     {400,
      {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
      R"({"__type":"QueueDoesNotExist","message":"no queue"})"},
     "AWS.SimpleQueueService.NonExistentQueue",
     "no queue",
     ErrorKind::failed},
    {"query xml",
     {403,
      {},
      "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>a &amp; "
      "b</Message></Error><RequestId>r</RequestId></ErrorResponse>"},
     "InvalidClientTokenId",
     "a & b",
     ErrorKind::credentials},
    {"s3 xml",
     {404, {}, "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>m</Message></Error>"},
     "NoSuchKey",
     "m",
     ErrorKind::not_found},
    {"ec2 xml",
     {400, {}, "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors><RequestID>q</RequestID></Response>"},
     "AuthFailure",
     "m",
     ErrorKind::credentials},
    {"html of a proxy",
     {502, {}, "<html><head><title>Bad Gateway</title><hr></html>"},
     "502",
     "<html><head><title>Bad Gateway</title><hr></html>",
     ErrorKind::unavailable},
    {"nothing at all", {503, {}, ""}, "503", "Op failed with 503", ErrorKind::unavailable},
    {"json that is no object", {500, {}, "[1,2]"}, "500", "[1,2]", ErrorKind::unavailable},
    {"members of odd types", {400, {}, R"({"__type":7,"message":{}})"}, "400", R"({"__type":7,"message":{}})", ErrorKind::failed},
    {"control characters", {418, {}, "a\x1b[31mb\n"}, "418", "a [31mb ", ErrorKind::failed},
    {"throttling",
     {400, {}, R"({"__type":"ThrottlingException"})"},
     "ThrottlingException",
     "Op failed with ThrottlingException",
     ErrorKind::unavailable},
    {"conflict",
     {400, {}, R"({"__type":"x#ConditionalCheckFailedException","message":"m"})"},
     "ConditionalCheckFailedException",
     "m",
     ErrorKind::conflict},
};

TEST(ServiceError, ReadsEveryShape)
{
  for (const auto& c : k_cases) {
    SCOPED_TRACE(c.name);
    const Error error = parse_service_error(c.response, "Op");
    ASSERT_TRUE(error.service);
    EXPECT_EQ(error.service->code, c.code);
    EXPECT_EQ(error.message, c.message);
    EXPECT_EQ(error.kind, c.kind);
    EXPECT_EQ(error.service->http_status, c.response.status);
  }
}

TEST(ServiceError, FindsTheRequestId)
{
  EXPECT_EQ(request_id_of({200, {{"x-amzn-RequestId", "a"}}, ""}), "a");
  EXPECT_EQ(request_id_of({200, {{"x-amz-request-id", "b"}}, ""}), "b");
  EXPECT_EQ(request_id_of({400, {}, "<ErrorResponse><RequestId>c</RequestId></ErrorResponse>"}), "c");
  EXPECT_EQ(request_id_of({400, {}, "{}"}), "");
}

TEST(ServiceError, CodesHaveTheExitClassesOfTheContract)
{
  const std::pair<const char*, ErrorKind> cases[] = {{"ResourceNotFoundException", ErrorKind::not_found},
                                                     {"RepositoryNotFoundException", ErrorKind::not_found},
                                                     {"UnrecognizedClientException", ErrorKind::credentials},
                                                     {"InvalidSignatureException", ErrorKind::credentials},
                                                     {"ExpiredTokenException", ErrorKind::credentials},
                                                     {"AccessDeniedException", ErrorKind::credentials},
                                                     {"ResourceConflictException", ErrorKind::conflict},
                                                     {"ResourceInUseException", ErrorKind::conflict},
                                                     {"RepositoryAlreadyExistsException", ErrorKind::conflict},
                                                     {"ResourceExistsException", ErrorKind::conflict},
                                                     {"TransactionConflictException", ErrorKind::conflict},
                                                     {"ProvisionedThroughputExceededException", ErrorKind::unavailable},
                                                     {"ValidationException", ErrorKind::failed},
                                                     {"SerializationException", ErrorKind::failed}};
  for (const auto& [code, kind] : cases) {
    EXPECT_EQ(kind_of_code(code, 400), kind) << code;
  }
  EXPECT_EQ(kind_of_code("InternalServerError", 500), ErrorKind::unavailable);
}

}  // namespace
}  // namespace davit::aws::auth
