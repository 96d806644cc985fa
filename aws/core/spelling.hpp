// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace davit {

/// Damerau-Levenshtein distance: insertions, deletions, substitutions and swaps of neighbours each cost 1.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to what was typed, when it is near enough to be a slip of the fingers. Upper and lower case do not count.
std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> candidates);

}  // namespace davit
