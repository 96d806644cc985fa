// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/core/json.hpp"

namespace davit::commands::terraform {

/// The members of an object as a .tfvars file, laid out as `terraform fmt` does.
std::string write_tfvars(const OrderedJson& variables);

}  // namespace davit::commands::terraform
