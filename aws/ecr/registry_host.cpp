// SPDX-License-Identifier: Apache-2.0
#include "aws/ecr/registry_host.hpp"

#include <algorithm>

namespace davit::aws::ecr {
namespace {

constexpr std::size_t k_account_digits = 12;

}  // namespace

std::optional<RegistryHost> registry_of_host(std::string_view host)
{
  const std::string_view account = host.substr(0, std::min(k_account_digits, host.size()));
  host.remove_prefix(account.size());
  const bool digits = account.size() == k_account_digits && account.find_first_not_of("0123456789") == std::string_view::npos;
  for (const std::string_view service : {".dkr.ecr.", ".dkr.ecr-fips.", ".dkr-ecr."}) {
    const std::size_t dot = host.starts_with(service) ? host.find('.', service.size()) : std::string_view::npos;
    const std::string_view suffix = dot == std::string_view::npos ? "" : host.substr(dot);
    const bool is_aws = suffix == ".amazonaws.com" || suffix == ".amazonaws.com.cn" || suffix == ".on.aws" || suffix == ".amazonaws.eu";
    if (digits && is_aws) {
      return RegistryHost{.account = std::string(account), .region = std::string(host.substr(service.size(), dot - service.size()))};
    }
  }
  return std::nullopt;
}

}  // namespace davit::aws::ecr
