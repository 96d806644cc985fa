// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/record.hpp"

#include "aws/crypto/password.hpp"

namespace davit::aws::dynamodb::format {
namespace {

const AttributeValue* member_at(const Map& map, const std::variant<std::string, std::size_t>& step)
{
  const auto* name = std::get_if<std::string>(&step);
  const auto found = name == nullptr ? map.end() : map.find(*name);
  return found == map.end() ? nullptr : &found->second;
}

const AttributeValue* child_of(const AttributeValue& parent, const std::variant<std::string, std::size_t>& step)
{
  if (const auto* map = parent.get_if<Map>()) {
    return member_at(*map, step);
  }
  const auto* list = parent.get_if<List>();
  const auto* index = std::get_if<std::size_t>(&step);
  return list == nullptr || index == nullptr || *index >= list->size() ? nullptr : &(*list)[*index];
}

/// Whether the text has the hash that is stored at the path. What is no hash there is simply another value.
bool has_hash_of(const Password& password, const Item& stored)
{
  const AttributeValue* value = value_at(stored, password.path);
  const auto* hash = value == nullptr ? nullptr : value->get_if<std::string>();
  if (hash == nullptr) {
    return false;
  }
  const auto verified = crypto::verify_password(password.text, *hash);
  return verified && *verified;
}

}  // namespace

const AttributeValue* value_at(const Item& item, const Path& path)
{
  const AttributeValue* value = path.empty() ? nullptr : member_at(item, path.front());
  for (std::size_t i = 1; i < path.size() && value != nullptr; ++i) {
    value = child_of(*value, path[i]);
  }
  return value;
}

AttributeValue* value_at(Item& item, const Path& path)
{
  return const_cast<AttributeValue*>(value_at(std::as_const(item), path));
}

Status hash_passwords(Record& record)
{
  for (const auto& password : record.passwords) {
    DAVIT_TRY_ASSIGN(std::string hash, crypto::hash_password(password.text));
    *value_at(record.item, password.path) = std::move(hash);
  }
  return {};
}

bool is_stored_as(const Record& record, const Item& stored)
{
  Item compared = stored;
  for (const auto& password : record.passwords) {
    AttributeValue* hash = value_at(compared, password.path);
    const AttributeValue* expected = value_at(record.item, password.path);
    if (hash == nullptr || expected == nullptr) {
      return false;
    }
    *hash = *expected;
  }
  // Verifying a hash is slow on purpose, so everything else is compared first.
  return compared == record.item && std::all_of(record.passwords.begin(), record.passwords.end(),
                                                [&](const Password& password) { return has_hash_of(password, stored); });
}

std::string_view password_placeholder()
{
  // The parameters, 16 bytes of salt and 32 of hash, both in base64.
  return "scrypt$14$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
}

}  // namespace davit::aws::dynamodb::format
