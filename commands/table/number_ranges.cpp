// SPDX-License-Identifier: Apache-2.0
#include "commands/table/number_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace davit::commands::table {
namespace {

/// Takes a number off the front; false when there is none.
bool take_number(std::string_view& text, std::uint64_t& number)
{
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{};
}

}  // namespace

void NumberRanges::add(std::uint64_t first, std::uint64_t last)
{
  constexpr std::size_t k_untidy = 4096;
  if (!m_ranges.empty() && m_ranges.back().second + 1 == first) {
    m_ranges.back().second = last;
  } else {
    m_ranges.emplace_back(first, last);
  }
  if (m_ranges.size() > 2 * m_tidy + k_untidy) {
    tidy();
  }
}

void NumberRanges::tidy() const
{
  std::sort(m_ranges.begin(), m_ranges.end());
  std::vector<Range> out;
  for (const auto& range : m_ranges) {
    if (!out.empty() && range.first <= out.back().second + 1) {
      out.back().second = std::max(out.back().second, range.second);
    } else {
      out.push_back(range);
    }
  }
  m_ranges = std::move(out);
  m_tidy = m_ranges.size();
}

bool NumberRanges::contains(std::uint64_t number) const
{
  if (m_tidy != m_ranges.size()) {
    tidy();
  }
  const auto behind = std::upper_bound(m_ranges.begin(), m_ranges.end(), Range{number, UINT64_MAX});
  return behind != m_ranges.begin() && std::prev(behind)->second >= number;
}

std::uint64_t NumberRanges::count() const
{
  tidy();
  std::uint64_t sum = 0;
  for (const auto& [first, last] : m_ranges) {
    sum += last - first + 1;
  }
  return sum;
}

std::string NumberRanges::to_text() const
{
  tidy();
  std::string out;
  for (const auto& [first, last] : m_ranges) {
    out += first == last ? fmt::format(" {}", first) : fmt::format(" {}-{}", first, last);
  }
  return out;
}

bool NumberRanges::add_text(std::string_view text)
{
  while (!text.empty()) {
    std::uint64_t first = 0;
    if (!text.starts_with(' ')) {
      return false;
    }
    text.remove_prefix(1);
    if (!take_number(text, first)) {
      return false;
    }
    std::uint64_t last = first;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      if (!take_number(text, last) || last < first) {
        return false;
      }
    }
    add(first, last);
  }
  return true;
}

}  // namespace davit::commands::table
