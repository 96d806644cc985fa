// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/number.hpp"

#include "tests/fuzz/property.hpp"

using davit::aws::dynamodb::Number;
using davit::fuzz::require;

namespace {

void check_alone(const Number& number)
{
  const auto again = Number::parse(number.to_string());
  require(again.has_value(), "what a number prints is a number");
  require(*again == number, "a number survives printing");
  require(again->sort_key() == number.sort_key(), "equal numbers have equal sort keys");
  require(number.negated().negated() == number, "negating twice changes nothing");
  const auto difference = number.minus(number);
  require(difference.has_value() && difference->is_zero(), "a number less itself is zero");
}

void check_pair(const Number& one, const Number& other)
{
  require((one < other) == (one.sort_key() < other.sort_key()), "numbers sort as their sort keys do");
  const auto sum = one.plus(other);
  const auto swapped = other.plus(one);
  require(sum.has_value() == swapped.has_value() && (!sum || *sum == *swapped), "the order of a sum does not matter");
}

}  // namespace

/// Two numbers, separated by the first space.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto space = text.find(' ');
  const auto one = Number::parse(text.substr(0, space));
  if (!one) {
    return 0;
  }
  check_alone(*one);
  const auto other = space == std::string_view::npos ? one : Number::parse(text.substr(space + 1));
  if (other) {
    check_pair(*one, *other);
  }
  return 0;
}
