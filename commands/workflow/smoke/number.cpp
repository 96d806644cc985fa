// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/number.hpp"

#include <limits>
#include <nlohmann/json.hpp>

namespace davit::commands::workflow::smoke {
namespace {

/// Holds every integer of 64 bits and every double.
using Exact = long double;
static_assert(std::numeric_limits<Exact>::digits >= 64);

Exact exact(const OrderedJson& number)
{
  return number.is_number_unsigned()  ? static_cast<Exact>(number.get<std::uint64_t>())
         : number.is_number_integer() ? static_cast<Exact>(number.get<std::int64_t>())
                                      : static_cast<Exact>(number.get<double>());
}

}  // namespace

std::partial_ordering compare_numbers(const OrderedJson& a, const OrderedJson& b)
{
  return exact(a) <=> exact(b);
}

}  // namespace davit::commands::workflow::smoke
