// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "aws/core/time.hpp"
#include "aws/local/front/rest_route.hpp"
#include "aws/local/lambda/function_store.hpp"
#include "aws/local/lambda/image_cache.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::lambda {

/// What the service works with; all of it outlives the service.
struct LambdaParts {
  FunctionStore& functions;
  ImageCache& images;
  SandboxPool& pool;
  Invoker& invoker;
  Isolation isolation;
  Clock clock;
};

/// The paths of the operations that are served.
std::span<const front::RestRoute> lambda_routes();

/// Functions from container images: https://docs.aws.amazon.com/lambda/latest/api/
/// ImageUri is oci:/absolute/DIR[:TAG]. Versions and aliases are not served: $LATEST is the only qualifier. An asynchronous invocation
/// runs once, without Lambda's two retries.
std::unique_ptr<Service> make_lambda_service(const LambdaParts& parts);

}  // namespace davit::aws::local::lambda
