// SPDX-License-Identifier: Apache-2.0
#include "aws/core/spelling.hpp"

#include <algorithm>
#include <vector>

namespace davit {
namespace {

std::string lower_case(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b)
{
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    previous[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> candidates)
{
  const std::string* best = nullptr;
  std::size_t best_distance = typed.size() / 3 + 2;
  const std::string word = lower_case(typed);
  for (const auto& candidate : candidates) {
    const std::string known = lower_case(candidate);
    const bool prefix = word.size() >= 2 && known.starts_with(word) && known != word;
    const std::size_t distance = prefix ? 1 : edit_distance(word, known);
    if (distance < best_distance && distance < std::max(typed.size(), candidate.size())) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace davit
