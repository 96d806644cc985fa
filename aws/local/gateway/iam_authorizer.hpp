// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/time.hpp"
#include "aws/local/front/credential_store.hpp"
#include "aws/local/gateway/authorization.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::gateway {

/// `requestContext.authorizer` of a caller who has signed.
OrderedJson iam_authorizer(const Caller& caller);

/// A signature for execute-api by any key that the local AWS knows: policies are IAM's, which is not here.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
Authorization authorize_by_signature(const http::Request& request, const CredentialStore& credentials, TimePoint now);

}  // namespace davit::aws::local::gateway
