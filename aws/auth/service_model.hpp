// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// How a service's operations look on the wire: https://smithy.io/2.0/aws/protocols/index.html
enum class Protocol { json_1_0, json_1_1, rest_json, rest_xml, query };

/// What davit has to know about a service to call it. The data are AWS's published service models.
struct ServiceModel {
  std::string_view name;        ///< as in the AWS CLI
  std::string_view service_id;  ///< lower snake case: key of a `services` section; in upper case the end of AWS_ENDPOINT_URL_...
  Protocol protocol;
  std::string_view api_version;
  std::string_view target_prefix;  ///< of X-Amz-Target; JSON protocols only
  std::string_view host_prefix;
  std::string_view signing_name;
  std::string_view dual_stack_prefix = {};  ///< where it differs from host_prefix
};

std::span<const ServiceModel> service_models();

/// Usage error with the nearest name when davit does not know the service.
Result<const ServiceModel*> find_service(std::string_view name);

}  // namespace davit::aws::auth
