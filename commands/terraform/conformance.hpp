// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "commands/terraform/type.hpp"

namespace davit::commands::terraform {

/// What is wrong with a value, and where in it.
struct Mismatch {
  std::string path;  ///< "tables.products.hash_key.name"
  std::string message;
  std::string hint = {};
};

/// Every way in which a value does not fit a type. Terraform's lossless conversions (number or bool to string) are allowed; a text where
/// a number is declared is not (an account would lose its leading zeros), and neither are attributes that an object type does not have,
/// which Terraform drops without a word.
std::vector<Mismatch> mismatches(const OrderedJson& value, const Type& type, const std::string& path);

}  // namespace davit::commands::terraform
