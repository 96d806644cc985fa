// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "aws/local/ecr/registry.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::ecr {

/// Repositories and images. Scans, replication, signing, pull-through caches and previews of lifecycle policies are refused by name; a
/// lifecycle policy is kept, not run.
std::unique_ptr<Service> make_ecr_service(Registry& registry);

}  // namespace davit::aws::local::ecr
