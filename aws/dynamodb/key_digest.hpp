// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "aws/dynamodb/key_schema.hpp"

namespace davit::aws::dynamodb {

/// 128 bits that stand for a key: two keys have the same ones when they are equal as DynamoDB compares them, and otherwise as good as
/// never. For use within one process: how they are made may change.
struct KeyDigest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const KeyDigest&) const = default;
};

/// Makes the digest of a key from its values in the order of the schema.
class KeyHasher
{
public:
  /// `bytes`: of a string or binary as they are, of a number its normal decimal text.
  void add(AttributeType type, std::string_view bytes);
  [[nodiscard]] KeyDigest digest() const { return m_digest; }

private:
  KeyDigest m_digest{0x6A09E667F3BCC908, 0xBB67AE8584CAA73B};
};

/// The digest of those attributes of the item; one that it has not is passed over.
KeyDigest digest_of(const Item& item, const std::vector<KeyAttribute>& attributes);

}  // namespace davit::aws::dynamodb
