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

Authorization authorize_by_signature(const http::Request& request, const CredentialStore& credentials, TimePoint now)
{
  const auto checked = front::check_signature(request, credentials, now);
  if (checked && checked->service == "execute-api") {
    return iam_authorizer(checked->caller);
  }
  return tl::unexpected(
      AuthorizationRefusal{.status = 403, .error = checked ? "the signature is for another service" : checked.error().message});
}

}  // namespace davit::aws::local::gateway
