// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace davit::aws::local::logs {

/// The whole text as a number.
std::optional<double> number_of(std::string_view text);

/// "=", "!=", "<", "<=", ">" and ">=".
bool is_comparison(std::string_view text);
bool compare(double left, std::string_view comparison, double right);

}  // namespace davit::aws::local::logs
