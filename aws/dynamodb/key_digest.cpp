// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/key_digest.hpp"

#include <cstring>

namespace davit::aws::dynamodb {
namespace {

/// Both halves of the 128-bit product, folded: each bit of the result depends on each of the operand.
std::uint64_t fold(std::uint64_t a, std::uint64_t b)
{
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Fractional parts of square roots, odd.
constexpr std::uint64_t k_high = 0x3C6EF372FE94F82B;
constexpr std::uint64_t k_low = 0xA54FF53A5F1D36F1;

void mix(KeyDigest& digest, std::uint64_t word)
{
  // Each half is mixed with the other one, so that what one forgets by its folding, the other keeps.
  const std::uint64_t high = fold(digest.high ^ word, k_high) + digest.low;
  digest.low = fold(digest.low + word, k_low) ^ digest.high;
  digest.high = high;
}

struct KeyBytes {
  KeyHasher& hasher;
  void operator()(const std::string& text) const { hasher.add(AttributeType::string, text); }
  void operator()(const Number& number) const { hasher.add(AttributeType::number, number.to_string()); }
  void operator()(const Binary& binary) const { hasher.add(AttributeType::binary, binary.bytes); }
  template <typename Other>
  void operator()(const Other&) const
  {
    // No key has such a value.
  }
};

}  // namespace

void KeyHasher::add(AttributeType type, std::string_view bytes)
{
  mix(m_digest, bytes.size() << 8 | static_cast<std::uint64_t>(type));
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    mix(m_digest, word);
    bytes.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, bytes.data(), bytes.size());
  mix(m_digest, rest);
}

KeyDigest digest_of(const Item& item, const std::vector<KeyAttribute>& attributes)
{
  KeyHasher hasher;
  for (const auto& attribute : attributes) {
    const auto found = item.find(attribute.name);
    if (found != item.end()) {
      std::visit(KeyBytes{hasher}, found->second.variant());
    }
  }
  return hasher.digest();
}

}  // namespace davit::aws::dynamodb
