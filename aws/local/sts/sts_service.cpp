// SPDX-License-Identifier: Apache-2.0
#include "aws/local/sts/sts_service.hpp"

#include <fmt/format.h>

#include "aws/crypto/random.hpp"
#include "aws/local/front/protocol.hpp"

namespace davit::aws::local::sts {
namespace {

ServiceResponse caller_identity(const Caller& caller)
{
  const std::string request_id = crypto::random_uuid();
  return {.status = 200,
          .headers = {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", request_id}},
          .body = fmt::format("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
                              "  <GetCallerIdentityResult>\n    <Arn>{}</Arn>\n    <UserId>{}</UserId>\n    <Account>{}</Account>\n"
                              "  </GetCallerIdentityResult>\n  <ResponseMetadata>\n    <RequestId>{}</RequestId>\n  </ResponseMetadata>\n"
                              "</GetCallerIdentityResponse>\n",
                              front::escape_xml(caller.arn), front::escape_xml(caller.user_id), caller.account_id, request_id)};
}

class StsService final : public Service
{
public:
  ServiceResponse handle(const ServiceRequest& request) override
  {
    if (request.operation == "GetCallerIdentity") {
      return caller_identity(request.caller);
    }
    const auto message =
        fmt::format("Could not find operation {} for version 2011-06-15: the local AWS does not serve it", request.operation);
    return front::render_fault(front::Protocol::query, front::fault_of(front::Refusal::unknown_operation, front::Protocol::query, message));
  }
};

}  // namespace

std::unique_ptr<Service> make_sts_service()
{
  return std::make_unique<StsService>();
}

}  // namespace davit::aws::local::sts
