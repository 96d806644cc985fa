// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/key_schema.hpp"

namespace davit::commands::item {

/// The values of an item's key as people see them; no sort key is nothing.
struct KeyText {
  std::string partition;
  std::optional<std::string> sort;
};
KeyText key_text(const aws::dynamodb::Item& item, const aws::dynamodb::KeySchema& schema);

/// Which entity of a single-table design an item is, by patterns of its key: ORDER#* is looked for in the sort key and then in the
/// partition key, USER#* / ORDER#* in both at once. A * is any text. Of several that fit, one of both keys comes first, then the one with
/// most characters of its own.
class EntityPatterns
{
public:
  /// `patterns` are entity names to patterns, as davit.yaml has them. Usage error for an empty half.
  static Result<EntityPatterns> make(const std::map<std::string, std::string>& patterns);

  /// Nothing when no pattern fits.
  [[nodiscard]] std::optional<std::string> entity_of(const KeyText& key) const;

  [[nodiscard]] bool is_empty() const { return m_patterns.empty(); }
  [[nodiscard]] std::vector<std::string> names() const;
  /// The pattern as it was written.
  [[nodiscard]] std::string pattern_of(const std::string& entity) const;

private:
  struct Pattern {
    std::string entity;
    std::string text;
    std::string first;   ///< of both keys the partition's; else the only one
    std::string second;  ///< the sort key's, of both
  };
  std::vector<Pattern> m_patterns;  ///< the first that fits decides
};

/// Where no patterns are known: the key cut behind its first # | : or /, as USER#* / ORDER#*; a key without these stays *.
std::string guessed_pattern(const KeyText& key);

}  // namespace davit::commands::item
