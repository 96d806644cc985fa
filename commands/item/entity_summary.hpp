// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/dynamodb/key_schema.hpp"
#include "commands/item/entity_patterns.hpp"

namespace davit::commands::item {

/// Sizes in buckets that are an eighth of a doubling apart: percentiles to some nine per cent, in the memory of a small array.
class SizeSketch
{
public:
  void add(std::size_t bytes);

  [[nodiscard]] std::int64_t max() const { return m_max; }
  /// The size that this share of the items does not exceed: the upper end of its bucket, at most the largest size.
  [[nodiscard]] std::int64_t percentile(double share) const;

private:
  static constexpr int k_per_doubling = 8;
  std::array<std::int64_t, 20 * k_per_doubling> m_buckets{};  ///< up to 400 KiB
  std::int64_t m_count = 0;
  std::int64_t m_max = 0;
};

/// What is known of the items of one entity.
struct EntitySummary {
  std::string pattern;
  std::int64_t items = 0;
  std::int64_t bytes = 0;
  SizeSketch sizes;
  aws::dynamodb::Item example_key;
  std::map<std::string, std::map<std::string, std::int64_t>> attributes;  ///< name, type, items that have it so
  bool has_more_attributes = false;                                       ///< than are kept
};

/// The entities of a table, told item by item; in constant memory, whatever the table holds.
class EntityCensus
{
public:
  EntityCensus(EntityPatterns patterns, aws::dynamodb::KeySchema key) : m_patterns(std::move(patterns)), m_key(std::move(key)) {}

  void add(const aws::dynamodb::Item& item);

  /// By entity name; the patterns themselves where none are known.
  [[nodiscard]] const std::map<std::string, EntitySummary>& entities() const { return m_entities; }
  /// Items that fit no pattern, and the keys of the first of them.
  [[nodiscard]] const EntitySummary& unmatched() const { return m_unmatched; }
  [[nodiscard]] const std::vector<aws::dynamodb::Item>& unmatched_keys() const { return m_unmatched_keys; }
  [[nodiscard]] bool is_guessed() const { return m_patterns.is_empty(); }
  [[nodiscard]] std::int64_t items() const { return m_items; }

private:
  EntitySummary& summary_for(const aws::dynamodb::Item& item);
  void count(EntitySummary& summary, const aws::dynamodb::Item& item) const;

  EntityPatterns m_patterns;
  aws::dynamodb::KeySchema m_key;
  std::map<std::string, EntitySummary> m_entities;
  EntitySummary m_unmatched;
  std::vector<aws::dynamodb::Item> m_unmatched_keys;
  std::int64_t m_items = 0;
};

}  // namespace davit::commands::item
