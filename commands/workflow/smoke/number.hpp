// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <nlohmann/json_fwd.hpp>

#include "aws/core/json.hpp"

namespace davit::commands::workflow::smoke {

/// Compares two JSON numbers by value: exactly between integers of 64 bits and with the nearest double where one has a fraction, so that
/// 3 equals 3.0, 9007199254740993 does not equal 9007199254740992.0, and -1 does not equal 18446744073709551615.
std::partial_ordering compare_numbers(const OrderedJson& a, const OrderedJson& b);

}  // namespace davit::commands::workflow::smoke
