// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/iam_authorizer.hpp"

#include <nlohmann/json.hpp>

#include "aws/local/front/signature_check.hpp"

namespace davit::aws::local::gateway {

OrderedJson iam_authorizer(const Caller& caller)
{
  return {{"iam",
           {{"accessKey", caller.access_key_id},
            {"accountId", caller.account_id},
            {"callerId", caller.user_id},
            {"cognitoIdentity", nullptr},
            {"principalOrgId", nullptr},
            {"userArn", caller.arn},
            {"userId", caller.user_id}}}};
}

namespace {

/// In the words that a REST API has for it.
AuthorizationRefusal unsigned_or_wrong(const front::SignatureRefusal& refusal)
{
  if (refusal.refusal == front::Refusal::missing_signature) {
    return {
        .status = 403, .error = refusal.message, .message = "Missing Authentication Token", .code = "MissingAuthenticationTokenException"};
  }
  auto fault = front::fault_of(refusal.refusal, front::Protocol::rest_json, refusal.message);
  return {.status = 403, .error = refusal.message, .message = std::move(fault.message), .code = std::move(fault.code)};
}

}  // namespace

Authorization authorize_by_signature(const http::Request& request, const CredentialStore& credentials, TimePoint now)
{
  const auto checked = front::check_signature(request, credentials, now);
  if (!checked) {
    return tl::unexpected(unsigned_or_wrong(checked.error()));
  }
  if (checked->service != "execute-api") {
    return tl::unexpected(AuthorizationRefusal{.status = 403,
                                               .error = "the signature is for another service",
                                               .message = "Credential should be scoped to correct service: 'execute-api'.",
                                               .code = "InvalidSignatureException"});
  }
  return iam_authorizer(checked->caller);
}

}  // namespace davit::aws::local::gateway
