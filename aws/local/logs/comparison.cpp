// SPDX-License-Identifier: Apache-2.0
#include "aws/local/logs/comparison.hpp"

#include <algorithm>
#include <charconv>

namespace davit::aws::local::logs {
namespace {

constexpr std::string_view k_comparisons[] = {"=", "!=", "<", "<=", ">", ">="};

}  // namespace

std::optional<double> number_of(std::string_view text)
{
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional(number) : std::nullopt;
}

bool is_comparison(std::string_view text)
{
  return std::find(std::begin(k_comparisons), std::end(k_comparisons), text) != std::end(k_comparisons);
}

bool compare(double left, std::string_view comparison, double right)
{
  if (comparison == "<") {
    return left < right;
  }
  if (comparison == "<=") {
    return left <= right;
  }
  if (comparison == ">") {
    return left > right;
  }
  if (comparison == ">=") {
    return left >= right;
  }
  return (left == right) == (comparison == "=");
}

}  // namespace davit::aws::local::logs
