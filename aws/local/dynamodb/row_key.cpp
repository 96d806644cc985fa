// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/row_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::AttributeValue;
using aws::dynamodb::Binary;
using aws::dynamodb::Number;

std::string big_endian(std::uint32_t value)
{
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xFF);
  }
  return out;
}

/// FNV-1a, its bits mixed once more because only the first half is used.
std::uint32_t hash_of(std::string_view bytes)
{
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const unsigned char byte : bytes) {
    hash = (hash ^ byte) * 0x100000001B3;
  }
  hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCD;
  return static_cast<std::uint32_t>(hash >> 32);
}

/// A zero byte becomes two, so that the terminator (two zeros) sorts before every continuation.
std::string escape(std::string_view bytes)
{
  std::string out;
  out.reserve(bytes.size() + 2);
  for (const char byte : bytes) {
    out += byte;
    if (byte == '\0') {
      out += '\xFF';
    }
  }
  return out;
}

std::string_view bytes_of(const AttributeValue& value)
{
  const auto* text = value.get_if<std::string>();
  return text != nullptr ? std::string_view(*text) : std::string_view(value.get_if<Binary>()->bytes);
}

std::string encode_all(const Item& item, const std::vector<KeyAttribute>& attributes)
{
  std::string out;
  for (const auto& attribute : attributes) {
    out += encode(item.at(attribute.name));
  }
  return out;
}

}  // namespace

std::string encode(const AttributeValue& value)
{
  const auto* number = value.get_if<Number>();
  return number != nullptr ? number->sort_key() : escape(bytes_of(value)) + std::string(2, '\0');
}

std::string encode_prefix(const AttributeValue& value)
{
  return escape(bytes_of(value));
}

std::string partition_prefix(const Item& key, const KeySchema& schema)
{
  const std::string partition = encode_all(key, schema.partition);
  return big_endian(hash_of(partition)) + partition;
}

std::string row_key(const Item& item, const KeySchema& table_key)
{
  return partition_prefix(item, table_key) + encode_all(item, table_key.sort);
}

std::string index_row_key(const Item& item, const Index& index, const KeySchema& table_key)
{
  return partition_prefix(item, index.key) + encode_all(item, index.key.sort) + encode_all(item, table_key.attributes());
}

std::string behind(std::string prefix)
{
  while (!prefix.empty() && prefix.back() == '\xFF') {
    prefix.pop_back();
  }
  if (!prefix.empty()) {
    ++prefix.back();
  }
  return prefix;
}

std::string segment_start(std::int64_t segment, std::int64_t total)
{
  const auto start = static_cast<std::uint64_t>(segment) * (std::uint64_t{1} << 32) / static_cast<std::uint64_t>(total);
  return segment == 0 || segment >= total ? std::string() : big_endian(static_cast<std::uint32_t>(start));
}

}  // namespace davit::aws::local::dynamodb
