// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "aws/local/service.hpp"

namespace davit::aws::local::sts {

/// GetCallerIdentity: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
std::unique_ptr<Service> make_sts_service();

}  // namespace davit::aws::local::sts
