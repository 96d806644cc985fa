// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/number.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace davit::aws::dynamodb {
namespace {

constexpr int k_max_digits = 38;
constexpr int k_max_magnitude = 125;
constexpr int k_min_magnitude = -130;
// Far outside of every valid exponent, and far inside of what the sums below can hold.
constexpr std::int64_t k_absurd_exponent = 1'000'000'000;

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/// Digits before `position` moved on; empty when there are none.
std::string_view take_digits(std::string_view text, std::size_t& position)
{
  const std::size_t start = position;
  while (position < text.size() && is_digit(text[position])) {
    ++position;
  }
  return text.substr(start, position - start);
}

bool take_sign(std::string_view text, std::size_t& position)
{
  if (position < text.size() && (text[position] == '-' || text[position] == '+')) {
    return text[position++] == '-';
  }
  return false;
}

/// The exponent behind the letter, or as far beyond the valid ones as it may be; nothing for one that is missing or has over 64 bits.
std::optional<std::int64_t> take_exponent(std::string_view text, std::size_t& position)
{
  const std::string sign = take_sign(text, position) ? "-" : "";
  const std::string digits = sign + std::string(take_digits(text, position));
  std::int64_t value = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) {
    return std::nullopt;
  }
  return std::clamp(value, -k_absurd_exponent, k_absurd_exponent);
}

/// Adds (or, `sign` -1, subtracts) two runs of digits of the same length, the first not the smaller one. The carry is prepended.
std::string combine(const std::string& a, const std::string& b, int sign)
{
  std::string out(a.size() + 1, '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    int digit = (a[i] - '0') + sign * (b[i] - '0') + carry;
    carry = digit > 9 ? 1 : digit < 0 ? -1 : 0;
    digit -= carry * 10;
    out[i + 1] = static_cast<char>('0' + digit);
  }
  out[0] = static_cast<char>('0' + carry);
  return out;
}

}  // namespace

std::string_view message_of(NumberError error)
{
  switch (error) {
    case NumberError::not_numeric:
      return "The parameter cannot be converted to a numeric value";
    case NumberError::overflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported range";
    case NumberError::underflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    case NumberError::too_precise:
      return "Attempting to store more than 38 significant digits in a Number";
  }
  return {};
}

Number::Number(std::int64_t value)
{
  // Twenty digits at most, so always in range.
  *this = parse(std::to_string(value)).value();
}

tl::expected<Number, NumberError> Number::make(bool negative, std::string digits, std::int64_t magnitude)
{
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    return Number();
  }
  magnitude -= static_cast<std::int64_t>(first);
  digits.erase(digits.find_last_not_of('0') + 1);
  digits.erase(0, first);
  if (magnitude > k_max_magnitude) {
    return tl::unexpected(NumberError::overflow);
  }
  if (magnitude < k_min_magnitude) {
    return tl::unexpected(NumberError::underflow);
  }
  if (digits.size() > k_max_digits) {
    return tl::unexpected(NumberError::too_precise);
  }
  Number number;
  number.m_negative = negative;
  number.m_magnitude = static_cast<int>(magnitude);
  number.m_digits = std::move(digits);
  return number;
}

tl::expected<Number, NumberError> Number::zero_with_exponent(std::int64_t exponent)
{
  if (exponent > k_max_magnitude) {
    return tl::unexpected(NumberError::overflow);
  }
  if (exponent < k_min_magnitude) {
    return tl::unexpected(NumberError::underflow);
  }
  return Number();
}

tl::expected<Number, NumberError> Number::parse(std::string_view text)
{
  std::size_t position = 0;
  const bool negative = take_sign(text, position);
  const std::string_view whole = take_digits(text, position);
  std::string_view fraction;
  if (position < text.size() && text[position] == '.') {
    ++position;
    fraction = take_digits(text, position);
  }
  if (whole.empty() && fraction.empty()) {
    return tl::unexpected(NumberError::not_numeric);
  }
  std::int64_t exponent = 0;
  if (position < text.size() && (text[position] == 'e' || text[position] == 'E')) {
    ++position;
    const auto taken = take_exponent(text, position);
    if (!taken) {
      return tl::unexpected(NumberError::not_numeric);
    }
    exponent = *taken;
  }
  if (position != text.size()) {
    return tl::unexpected(NumberError::not_numeric);
  }
  std::string digits = std::string(whole) + std::string(fraction);
  if (digits.find_first_not_of('0') == std::string::npos) {
    return zero_with_exponent(exponent);
  }
  return make(negative, std::move(digits), exponent + static_cast<std::int64_t>(whole.size()) - 1);
}

std::string Number::to_string() const
{
  if (is_zero()) {
    return "0";
  }
  std::string out = m_negative ? "-" : "";
  const auto count = static_cast<int>(m_digits.size());
  if (m_magnitude < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-m_magnitude - 1), '0');
    return out + m_digits;
  }
  const int whole = std::min(count, m_magnitude + 1);
  out.append(m_digits, 0, static_cast<std::size_t>(whole));
  out.append(static_cast<std::size_t>(m_magnitude + 1 - whole), '0');
  if (count > whole) {
    out += '.';
    out.append(m_digits, static_cast<std::size_t>(whole));
  }
  return out;
}

std::string Number::sort_key() const
{
  // Sign, exponent, digits plus one, terminator; all but the sign complemented when negative, so that larger magnitudes come first.
  if (is_zero()) {
    return "\x80";
  }
  std::string key(1, m_negative ? '\x7F' : '\x81');
  key += static_cast<char>(m_magnitude - k_min_magnitude);
  for (const char digit : m_digits) {
    key += static_cast<char>(digit - '0' + 1);
  }
  key += '\0';
  if (m_negative) {
    std::for_each(key.begin() + 1, key.end(), [](char& c) { c = static_cast<char>(~c); });
  }
  return key;
}

Number Number::negated() const
{
  Number copy = *this;
  copy.m_negative = !m_negative && !is_zero();
  return copy;
}

tl::expected<Number, NumberError> Number::plus(const Number& other) const
{
  if (is_zero() || other.is_zero()) {
    return is_zero() ? other : *this;
  }
  const auto place_of_last = [](const Number& n) { return n.m_magnitude - n.significant_digits() + 1; };
  const int top = std::max(m_magnitude, other.m_magnitude);
  const int bottom = std::min(place_of_last(*this), place_of_last(other));
  const auto aligned = [&](const Number& n) {
    return std::string(static_cast<std::size_t>(top - n.m_magnitude), '0') + n.m_digits +
           std::string(static_cast<std::size_t>(place_of_last(n) - bottom), '0');
  };
  std::string a = aligned(*this);
  std::string b = aligned(other);
  bool negative = m_negative;
  if (m_negative != other.m_negative && a < b) {
    std::swap(a, b);
    negative = other.m_negative;
  }
  auto sum = make(negative, combine(a, b, m_negative == other.m_negative ? 1 : -1), top + 1);
  if (!sum && sum.error() == NumberError::too_precise) {
    return tl::unexpected(NumberError::overflow);
  }
  return sum;
}

std::strong_ordering Number::operator<=>(const Number& other) const
{
  const auto sign = [](const Number& n) { return n.is_zero() ? 0 : n.m_negative ? -1 : 1; };
  if (sign(*this) != sign(other)) {
    return sign(*this) <=> sign(other);
  }
  const auto& larger_if_positive = m_negative ? other : *this;
  const auto& smaller_if_positive = m_negative ? *this : other;
  if (m_magnitude != other.m_magnitude) {
    return larger_if_positive.m_magnitude <=> smaller_if_positive.m_magnitude;
  }
  return larger_if_positive.m_digits.compare(smaller_if_positive.m_digits) <=> 0;
}

}  // namespace davit::aws::dynamodb
