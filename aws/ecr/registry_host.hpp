// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace davit::aws::ecr {

/// What the name of an ECR registry says.
struct RegistryHost {
  std::string account;
  std::string region;
};

/// "123456789012.dkr.ecr.eu-west-1.amazonaws.com", with "-fips" and the other partitions' suffixes; nothing for every other host
/// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html).
std::optional<RegistryHost> registry_of_host(std::string_view host);

}  // namespace davit::aws::ecr
