// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/dynamodb/requests.hpp"

namespace davit::commands::item {

/// The expression with names and values in the places of its placeholders, for people.
std::string readable_expression(std::string_view expression, const aws::dynamodb::Placeholders& placeholders);

}  // namespace davit::commands::item
