// SPDX-License-Identifier: Apache-2.0
#include "commands/item/entity_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/item/access.hpp"

namespace davit::commands::item {
namespace {

constexpr std::string_view k_between = " / ";

/// Whether the text is the pattern with any text in the place of each *. Goes back to the last * only, so that it takes no longer than the
/// product of the lengths.
bool fits(std::string_view pattern, std::string_view text)
{
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::size_t own_characters(std::string_view text)
{
  return text.size() - static_cast<std::size_t>(std::count(text.begin(), text.end(), '*'));
}

std::string guessed_half(const std::string& value)
{
  const auto end = value.find_first_of("#|:/");
  return end == std::string::npos ? "*" : value.substr(0, end + 1) + "*";
}

}  // namespace

KeyText key_text(const aws::dynamodb::Item& item, const aws::dynamodb::KeySchema& schema)
{
  const auto text_of = [&item](const aws::dynamodb::KeyAttribute& attribute) {
    const auto found = item.find(attribute.name);
    return found == item.end() ? std::string() : cell_of(found->second);
  };
  KeyText out;
  out.partition = schema.partition.empty() ? "" : text_of(schema.partition.front());
  if (!schema.sort.empty()) {
    out.sort = text_of(schema.sort.front());
  }
  return out;
}

Result<EntityPatterns> EntityPatterns::make(const std::map<std::string, std::string>& patterns)
{
  EntityPatterns out;
  for (const auto& [entity, text] : patterns) {
    const auto between = text.find(k_between);
    Pattern pattern{.entity = entity, .text = text, .first = text.substr(0, between), .second = {}};
    if (between != std::string::npos) {
      pattern.second = text.substr(between + k_between.size());
    }
    if (pattern.first.empty() || (between != std::string::npos && pattern.second.empty())) {
      return fail(usage_error(fmt::format("the pattern '{}' of entity {} has an empty half", text, entity),
                              "such as ORDER#*, or USER#* / ORDER#* for both keys"));
    }
    out.m_patterns.push_back(std::move(pattern));
  }
  std::stable_sort(out.m_patterns.begin(), out.m_patterns.end(), [](const Pattern& a, const Pattern& b) {
    return a.second.empty() != b.second.empty() ? b.second.empty() : own_characters(a.text) > own_characters(b.text);
  });
  return out;
}

std::optional<std::string> EntityPatterns::entity_of(const KeyText& key) const
{
  const Pattern* by_partition = nullptr;
  for (const auto& pattern : m_patterns) {
    const bool is_of_both = !pattern.second.empty();
    if (is_of_both ? fits(pattern.first, key.partition) && key.sort && fits(pattern.second, *key.sort)
                   : key.sort && fits(pattern.first, *key.sort)) {
      return pattern.entity;
    }
    if (!is_of_both && by_partition == nullptr && fits(pattern.first, key.partition)) {
      by_partition = &pattern;
    }
  }
  return by_partition == nullptr ? std::nullopt : std::optional(by_partition->entity);
}

std::vector<std::string> EntityPatterns::names() const
{
  std::vector<std::string> out;
  std::transform(m_patterns.begin(), m_patterns.end(), std::back_inserter(out), [](const Pattern& pattern) { return pattern.entity; });
  return out;
}

std::string EntityPatterns::pattern_of(const std::string& entity) const
{
  const auto found = std::find_if(m_patterns.begin(), m_patterns.end(), [&](const Pattern& pattern) { return pattern.entity == entity; });
  return found == m_patterns.end() ? "" : found->text;
}

std::string guessed_pattern(const KeyText& key)
{
  const std::string partition = guessed_half(key.partition);
  return key.sort ? partition + std::string(k_between) + guessed_half(*key.sort) : partition;
}

}  // namespace davit::commands::item
