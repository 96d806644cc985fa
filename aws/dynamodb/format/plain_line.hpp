// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/format/item_rules.hpp"
#include "aws/dynamodb/key_digest.hpp"

namespace davit::aws::dynamodb::format {

/// An item that a line of plain JSON holds, as far as a bulk write needs to know it.
struct LineItem {
  std::string text;  ///< DynamoDB JSON; members in the order of the line
  KeyDigest key;
  std::uint64_t partition = 0;  ///< half of the digest of the partition key
  int column = 0;               ///< where it begins
};

/// Reads lines of plain JSON straight into DynamoDB JSON, many times faster than by way of ExactJson and Item. It knows what is usual and
/// good alone: whatever is unusual (tags, numbers with exponents, escapes in names, deep nesting, very long lines) or wrong it leaves to
/// the exact reader, which also knows what to say about it. So it never tells that an item is bad, and what it takes the exact reader
/// takes, too.
class PlainLineReader
{
public:
  explicit PlainLineReader(const TableKeys& keys);

  /// Reads the line, which holds one item and nothing else, into `item`. False when it is left to the exact reader.
  bool read(std::string_view line, LineItem& item);

private:
  /// A top-level attribute that some key has.
  struct Watched {
    std::string name;
    AttributeType type;
    std::size_t max_size;
    int key_place;  ///< in the table's key, partition first; -1 when it is of an index alone
  };
  struct Text {
    std::string_view raw;  ///< between the quotes, escapes as they are
    bool has_escapes = false;
  };

  void watch(const KeyAttribute& attribute, std::size_t max_size, int key_place);
  void skip_space();
  bool take(char c);
  bool object(int depth);
  bool member(int depth, std::size_t first_name);
  bool is_new_name(std::string_view name, std::size_t first_name);
  bool value(int depth, const Watched* watched);
  bool array(int depth);
  bool string(Text& out);
  bool string_value(const Watched* watched);
  bool number(const Watched* watched);
  bool word(std::string_view text, std::string_view written);
  bool note_key(const Watched& watched, std::string_view bytes);
  [[nodiscard]] const Watched* find_watched(std::string_view name) const;
  bool finish_keys(LineItem& item) const;

  std::vector<Watched> m_watched;
  std::size_t m_partition_count;
  std::vector<std::string_view> m_key_values;  ///< of this line, by their place in the key
  std::vector<AttributeType> m_key_types;
  std::vector<std::string_view> m_names;  ///< of the objects that are open
  std::string* m_out = nullptr;
  const char* m_at = nullptr;
  const char* m_end = nullptr;
};

}  // namespace davit::aws::dynamodb::format
