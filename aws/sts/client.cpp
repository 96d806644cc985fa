// SPDX-License-Identifier: Apache-2.0
#include "aws/sts/client.hpp"

#include "aws/auth/service_client.hpp"
#include "aws/core/xml.hpp"

namespace davit::aws::sts {

Result<CallerIdentity> Client::get_caller_identity()
{
  DAVIT_TRY_ASSIGN(const http::Response response, auth::ServiceClient(m_session, "sts").call({.operation = "GetCallerIdentity"}));
  DAVIT_TRY_ASSIGN(const XmlElement root, parse_xml(response.body));
  return CallerIdentity{.account = root.text_at("GetCallerIdentityResult/Account"),
                        .arn = root.text_at("GetCallerIdentityResult/Arn"),
                        .user_id = root.text_at("GetCallerIdentityResult/UserId")};
}

}  // namespace davit::aws::sts
