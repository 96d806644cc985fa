// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "aws/dynamodb/format/record.hpp"
#include "aws/dynamodb/key_schema.hpp"

namespace davit::aws::dynamodb::format {

/// What a table demands of its items.
struct TableKeys {
  KeySchema key;
  std::map<std::string, KeySchema> indexes;
};

/// Everything for which PutItem would refuse the record's item in a table with these keys; the record's own problems, if it has any.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
std::vector<Problem> problems_of(const Record& record, const TableKeys& keys);

/// The keys of the items seen so far, as digests: some 60 bytes an item, whatever the keys hold.
class KeyLedger
{
public:
  struct Origin {
    std::uint32_t file = 0;  ///< a number that the caller gave the file
    std::int64_t line = 0;
  };

  /// Notes the key of an item that has one. The place of an earlier item with the same key, if there was one.
  std::optional<Origin> add(const Item& item, const KeySchema& key, Origin origin);

private:
  using Digest = std::array<char, 16>;
  struct Hash {
    std::size_t operator()(const Digest& digest) const;
  };
  std::unordered_map<Digest, Origin, Hash> m_origins;
};

}  // namespace davit::aws::dynamodb::format
