// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace davit::commands::table {

/// A set of numbers, kept as ranges: as small as the numbers are close together.
class NumberRanges
{
public:
  void add(std::uint64_t first, std::uint64_t last);
  void add(std::uint64_t number) { add(number, number); }

  [[nodiscard]] bool contains(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t count() const;

  /// " 0-24 27 30-33"
  [[nodiscard]] std::string to_text() const;

  /// Adds what to_text() made. False, having added some of it or nothing, when it is no such text.
  bool add_text(std::string_view text);

  [[nodiscard]] bool is_empty() const { return m_ranges.empty(); }
  void clear()
  {
    m_ranges.clear();
    m_tidy = 0;
  }

private:
  using Range = std::pair<std::uint64_t, std::uint64_t>;  ///< first and last

  void tidy() const;

  /// Sorted and apart from each other up to m_tidy; what lies behind came later, in any order.
  mutable std::vector<Range> m_ranges;
  mutable std::size_t m_tidy = 0;
};

}  // namespace davit::commands::table
