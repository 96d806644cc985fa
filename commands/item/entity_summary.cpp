// SPDX-License-Identifier: Apache-2.0
#include "commands/item/entity_summary.hpp"

#include <algorithm>
#include <cmath>

#include "aws/dynamodb/item_size.hpp"

namespace davit::commands::item {
namespace {

// Bounds of what is kept. A table with more guessed entities than these has other keys than those of a single-table design.
constexpr std::size_t k_most_entities = 200;
constexpr std::size_t k_most_attributes = 200;
constexpr std::size_t k_most_unmatched_keys = 5;

}  // namespace

void SizeSketch::add(std::size_t bytes)
{
  const auto bucket = static_cast<std::size_t>(std::ceil(std::log2(static_cast<double>(std::max<std::size_t>(bytes, 1))) * k_per_doubling));
  ++m_buckets[std::min(bucket, m_buckets.size() - 1)];
  ++m_count;
  m_max = std::max(m_max, static_cast<std::int64_t>(bytes));
}

std::int64_t SizeSketch::percentile(double share) const
{
  const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(m_count)));
  std::int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < m_buckets.size(); ++bucket) {
    seen += m_buckets[bucket];
    if (seen >= wanted && seen > 0) {
      const double end = std::exp2(static_cast<double>(bucket) / k_per_doubling);
      return std::min(static_cast<std::int64_t>(std::llround(end)), m_max);
    }
  }
  return m_max;
}

EntitySummary& EntityCensus::summary_for(const aws::dynamodb::Item& item)
{
  const KeyText key = key_text(item, m_key);
  const auto entity = m_patterns.is_empty() ? std::optional(guessed_pattern(key)) : m_patterns.entity_of(key);
  const bool is_kept = entity && (m_entities.size() < k_most_entities || m_entities.contains(*entity));
  if (!is_kept) {
    if (m_unmatched_keys.size() < k_most_unmatched_keys) {
      m_unmatched_keys.push_back(aws::dynamodb::key_of(item, m_key));
    }
    return m_unmatched;
  }
  auto& summary = m_entities[*entity];
  if (summary.items == 0) {
    summary.pattern = m_patterns.is_empty() ? *entity : m_patterns.pattern_of(*entity);
  }
  return summary;
}

void EntityCensus::count(EntitySummary& summary, const aws::dynamodb::Item& item) const
{
  const std::size_t size = aws::dynamodb::item_size(item);
  if (++summary.items == 1) {
    summary.example_key = aws::dynamodb::key_of(item, m_key);
  }
  summary.bytes += static_cast<std::int64_t>(size);
  summary.sizes.add(size);
  for (const auto& [name, value] : item) {
    if (summary.attributes.size() < k_most_attributes || summary.attributes.contains(name)) {
      ++summary.attributes[name][std::string(aws::dynamodb::wire_name(value.type()))];
    } else {
      summary.has_more_attributes = true;
    }
  }
}

void EntityCensus::add(const aws::dynamodb::Item& item)
{
  ++m_items;
  count(summary_for(item), item);
}

}  // namespace davit::commands::item
