// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "aws/local/front/rest_route.hpp"
#include "aws/local/lambda/operations.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::lambda {

/// The paths of the operations that are served.
std::span<const front::RestRoute> lambda_routes();

/// Functions from container images: https://docs.aws.amazon.com/lambda/latest/api/
/// ImageUri is an image of the local registry, or oci:/absolute/DIR[:TAG]. Policies are kept and shown, and never asked.
std::unique_ptr<Service> make_lambda_service(const LambdaParts& parts);

}  // namespace davit::aws::local::lambda
