// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/runtime_reply.hpp"

#include "aws/core/encoding.hpp"

namespace davit::aws::local::lambda {

RuntimeReply reply_of(RuntimeReply::Kind kind, const http::Request& request)
{
  if (!request.headers.get("lambda-runtime-function-error-type")) {
    return {.kind = kind, .body = request.body};
  }
  const auto error = from_base64(request.headers.get("lambda-runtime-function-error-body").value_or(""));
  return {.kind = RuntimeReply::Kind::error, .body = kind == RuntimeReply::Kind::response && error ? *error : request.body};
}

}  // namespace davit::aws::local::lambda
