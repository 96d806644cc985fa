// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/dynamodb/format/item_rules.hpp"
#include "cli/command.hpp"
#include "commands/table/item_difference.hpp"
#include "commands/table/judged_items.hpp"
#include "commands/table/scan_pages.hpp"
#include "commands/table/sorted_lines.hpp"
#include "commands/table/table_place.hpp"

namespace davit::commands::table {

struct DiffRules {
  aws::dynamodb::format::TableKeys keys;
  std::set<std::string> ignored;  ///< attributes, none of the key
  bool keys_only = false;
};

enum class DiffSide { before, after };

struct DiffCounts {
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;
  std::int64_t same = 0;

  [[nodiscard]] std::int64_t differences() const { return added + removed + changed; }
};

/// An item that is not the same on both sides; a null one is not there.
struct ItemDifference {
  aws::dynamodb::Item key;
  const aws::dynamodb::Item* before = nullptr;
  const aws::dynamodb::Item* after = nullptr;
  std::vector<AttributeDifference> attributes;  ///< of a changed one
};

/// Compares two sets of items by their keys, in memory that does not grow with them: all of both are sorted together. A {"$password"} of a
/// file is the same as a hash of its text.
class Diff
{
public:
  explicit Diff(DiffRules rules) : m_rules(std::move(rules)) {}

  /// Every item of a table, read consistently. `progress` is told how many there are so far.
  Status read_table(DiffSide side, TablePlace& place, const ScanPace& pace, const std::function<void(std::int64_t)>& progress);

  /// Every item of the files. One that the table would refuse, and one whose key the files have already, is a usage error with its place.
  Status read_files(DiffSide side, const std::vector<ItemFile>& files, std::optional<aws::dynamodb::format::FileFormat> format,
                    const std::function<void(std::int64_t)>& progress);

  /// Hands over the differences in the order of the keys. Nothing can be read afterwards.
  Result<DiffCounts> for_each(const std::function<Status(const ItemDifference&)>& take);

private:
  struct Line {
    std::string order;
    DiffSide side = DiffSide::before;
    std::uint64_t number = 0;
    std::uint64_t origin = 0;  ///< of a file's item: the file's place from 1, and the line; 0 for an item of a table
    std::string text;          ///< DynamoDB JSON of the item, members and sets sorted
    aws::dynamodb::Item item;  ///< once it is needed
  };
  using Passwords = std::vector<aws::dynamodb::format::Password>;

  Status add(DiffSide side, std::uint64_t origin, aws::dynamodb::Item item);
  [[nodiscard]] Error key_twice(const Line& first, const Line& second) const;
  static Line parse(std::string_view text);
  static Status read_item(Line& line);
  [[nodiscard]] bool are_plainly_same(const Line& before, const Line& after) const;
  [[nodiscard]] aws::dynamodb::Item reduced(aws::dynamodb::Item item) const;
  void settle_passwords(Line& line, const aws::dynamodb::Item& other);
  Status settle(std::optional<Line> before, std::optional<Line> after, const std::function<Status(const ItemDifference&)>& take);

  DiffRules m_rules;
  SortedLines m_lines;
  std::uint64_t m_numbers = 0;  ///< of the next item
  std::map<DiffSide, std::vector<ItemFile>> m_files;
  std::map<std::uint64_t, Passwords> m_passwords;  ///< by the number of the item; files with many of them are not to be had
  DiffCounts m_counts;
};

/// `davit table diff`.
void add_diff(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
