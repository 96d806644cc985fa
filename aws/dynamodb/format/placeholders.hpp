// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/requests.hpp"

namespace davit::aws::dynamodb::format {

/// What a command line says that the placeholders of its expressions stand for: {"#n": "name"} and {":v": value} in plain JSON, each of
/// which may be empty. Usage error with line and column.
Result<Placeholders> parse_placeholders(const std::string& names, const std::string& values);

/// The attributes that a projection expression (as the service takes it) names as a whole, not only a part of.
std::vector<std::string> projected_attributes(std::string_view projection, const Placeholders& placeholders);

}  // namespace davit::aws::dynamodb::format
