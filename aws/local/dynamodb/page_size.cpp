// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/page_size.hpp"

#include "aws/dynamodb/item_size.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::AttributeType;
using aws::dynamodb::AttributeValue;
using aws::dynamodb::Item;
using aws::dynamodb::value_size;

constexpr std::size_t k_record_overhead = 2;
constexpr std::size_t k_block_size = 3072;
constexpr std::size_t k_block_header = 18;
constexpr std::size_t k_document_overhead = 3;

std::size_t length_bytes(std::size_t length)
{
  return length < 128 ? 1 : length < 16384 ? 2 : 3;
}

template <typename Set>
std::size_t element_lengths(const AttributeValue& value)
{
  return value.get_if<Set>()->size() + 1;
}

std::size_t record_size(const Item& item);

std::size_t recorded(const AttributeValue& value)
{
  const std::size_t size = value_size(value);
  switch (value.type()) {
    case AttributeType::string:
      return size + length_bytes(size);
    case AttributeType::binary:
    case AttributeType::number:
      return size + 1;
    case AttributeType::string_set:
      return size + element_lengths<aws::dynamodb::StringSet>(value);
    case AttributeType::number_set:
      return size + element_lengths<aws::dynamodb::NumberSet>(value);
    case AttributeType::binary_set:
      return size + element_lengths<aws::dynamodb::BinarySet>(value);
    case AttributeType::null:
      return 0;
    case AttributeType::boolean:
      return 1;
    case AttributeType::list: {
      std::size_t sum = k_document_overhead;
      for (const auto& element : *value.get_if<aws::dynamodb::List>()) {
        sum += 1 + recorded(element);
      }
      return sum;
    }
    case AttributeType::map:
      return k_document_overhead + value.get_if<aws::dynamodb::Map>()->size() + record_size(*value.get_if<aws::dynamodb::Map>());
  }
  return size;
}

/// A name is recorded as one byte.
std::size_t record_size(const Item& item)
{
  std::size_t sum = 0;
  for (const auto& [name, value] : item) {
    sum += 1 + recorded(value);
  }
  return sum;
}

}  // namespace

std::size_t page_size(const Item& item, const aws::dynamodb::KeySchema& table_key)
{
  std::size_t sort_size = 0;
  std::size_t size = record_size(item);
  if (!table_key.sort.empty()) {
    if (const auto found = item.find(table_key.sort[0].name); found != item.end()) {
      sort_size = value_size(found->second);
      size -= 1 + recorded(found->second);
    }
  }
  return k_record_overhead + size + (1 + (1 + size) / k_block_size) * (k_block_header + sort_size);
}

}  // namespace davit::aws::local::dynamodb
