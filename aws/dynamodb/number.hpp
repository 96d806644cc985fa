// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace davit::aws::dynamodb {

/// Why a text or a sum is no DynamoDB number.
enum class NumberError {
  not_numeric,  ///< also empty, NaN, Infinity, spaces, an exponent of more than 64 bits
  overflow,     ///< magnitude of 1E126 or more
  underflow,    ///< not zero, and magnitude below 1E-130
  too_precise,  ///< more than 38 significant digits
};

/// AWS's words for it, less the offending text.
std::string_view message_of(NumberError error);

/// A DynamoDB number, exact: up to 38 significant decimal digits, magnitude from 1E-130 to 9.99...E+125, either sign, and zero
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
class Number
{
public:
  Number() = default;  ///< zero
  explicit Number(std::int64_t value);

  /// Takes decimal text with optional sign, fraction and exponent; leading and trailing zeros do not count as digits.
  static tl::expected<Number, NumberError> parse(std::string_view text);

  /// Plain decimal, never an exponent, as DynamoDB answers: "1e3" was stored as "1000", "-0" as "0".
  [[nodiscard]] std::string to_string() const;

  /// Bytes whose order is the order of the numbers. Equal numbers have equal bytes, and no key is a proper prefix of another.
  [[nodiscard]] std::string sort_key() const;

  [[nodiscard]] bool is_zero() const { return m_digits.empty(); }
  [[nodiscard]] bool is_negative() const { return m_negative; }
  /// Decimal exponent of the first digit: 2 for 150, -1 for 0.15, 0 for zero.
  [[nodiscard]] int magnitude() const { return m_magnitude; }
  [[nodiscard]] int significant_digits() const { return static_cast<int>(m_digits.size()); }

  [[nodiscard]] Number negated() const;

  /// Exact; a sum that needs more than 38 digits is an overflow, as DynamoDB says.
  [[nodiscard]] tl::expected<Number, NumberError> plus(const Number& other) const;
  [[nodiscard]] tl::expected<Number, NumberError> minus(const Number& other) const { return plus(other.negated()); }

  bool operator==(const Number&) const = default;
  std::strong_ordering operator<=>(const Number& other) const;

private:
  /// The service holds a zero to the range by the exponent that it is written with.
  static tl::expected<Number, NumberError> zero_with_exponent(std::int64_t exponent);
  static tl::expected<Number, NumberError> make(bool negative, std::string digits, std::int64_t magnitude);

  bool m_negative = false;
  int m_magnitude = 0;
  std::string m_digits;  ///< characters '0' to '9', the first and the last no zero; empty for zero
};

}  // namespace davit::aws::dynamodb
