// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::AttributeType;

// Rows of a table and of its indexes lie in one run of spaces.
constexpr Space k_spaces_per_table = 64;

std::int64_t milliseconds_of(const Json& record, const char* name)
{
  return record.value(name, std::int64_t{0});
}

TimePoint time_of(const Json& record, const char* name)
{
  return TimePoint(std::chrono::milliseconds(milliseconds_of(record, name)));
}

AttributeType type_of(const std::string& name, const Json& attribute_definitions)
{
  for (const auto& definition : attribute_definitions) {
    if (definition.at("AttributeName") == name) {
      return aws::dynamodb::attribute_type_of(definition.at("AttributeType").get_ref<const std::string&>()).value_or(AttributeType::string);
    }
  }
  return AttributeType::string;
}

Index read_index(const Json& json, bool is_local, const Json& attribute_definitions, Space first_space)
{
  Index index{.name = json.at("IndexName"),
              .is_local = is_local,
              .key = read_key_schema(json.at("KeySchema"), attribute_definitions),
              .space = first_space + json.at("Slot").get<Space>()};
  const Json& projection = json.at("Projection");
  index.projects_all = projection.at("ProjectionType") == "ALL";
  index.projected = projection.value("NonKeyAttributes", std::vector<std::string>());
  return index;
}

}  // namespace

double epoch_seconds(TimePoint time)
{
  return static_cast<double>(time.time_since_epoch().count()) / 1000;
}

KeySchema read_key_schema(const Json& elements, const Json& attribute_definitions)
{
  KeySchema key;
  for (const auto& element : elements) {
    const std::string& name = element.at("AttributeName").get_ref<const std::string&>();
    auto& part = element.at("KeyType") == "HASH" ? key.partition : key.sort;
    part.push_back({name, type_of(name, attribute_definitions)});
  }
  return key;
}

bool Index::has(std::string_view attribute, const KeySchema& table_key) const
{
  return projects_all || key.find(attribute) != nullptr || table_key.find(attribute) != nullptr ||
         std::find(projected.begin(), projected.end(), attribute) != projected.end();
}

Item Index::projection_of(const Item& item, const KeySchema& table_key) const
{
  if (projects_all) {
    return item;
  }
  Item out;
  for (const auto& [attribute, value] : item) {
    if (has(attribute, table_key)) {
      out.emplace_hint(out.end(), attribute, value);
    }
  }
  return out;
}

bool Index::holds(const Item& item) const
{
  const auto attributes = key.attributes();
  return std::all_of(attributes.begin(), attributes.end(),
                     [&item](const KeyAttribute& attribute) { return item.contains(attribute.name); });
}

Table::Table(std::string account_id, std::string region, Json record)
    : m_account_id(std::move(account_id)), m_region(std::move(region)), m_record(std::move(record))
{
  const Json& shown = description();
  const Json& definitions = shown.at("AttributeDefinitions");
  m_name = shown.at("TableName");
  m_key = read_key_schema(shown.at("KeySchema"), definitions);
  m_space = m_record.at("id").get<Space>() * k_spaces_per_table;
  for (const auto* list : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    for (const auto& index : shown.value(list, Json::array())) {
      Json with_slot = index;
      with_slot["Slot"] = m_record.at("slots").at(index.at("IndexName").get_ref<const std::string&>());
      m_indexes.push_back(read_index(with_slot, std::string_view(list).starts_with("Local"), definitions, m_space));
    }
  }
}

const Index* Table::index(std::string_view name) const
{
  const auto found = std::find_if(m_indexes.begin(), m_indexes.end(), [name](const Index& index) { return index.name == name; });
  return found == m_indexes.end() ? nullptr : &*found;
}

std::string Table::arn() const
{
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}", m_region, m_account_id, m_name);
}

std::string Table::status(TimePoint now) const
{
  if (m_record.contains("deletedAt")) {
    return "DELETING";
  }
  if (now < time_of(m_record, "activeAt")) {
    return "CREATING";
  }
  return now < time_of(m_record, "updatedAt") ? "UPDATING" : "ACTIVE";
}

std::string Table::index_status(const std::string& index_name, TimePoint now) const
{
  const std::string whole = status(now);
  if (whole != "UPDATING") {
    return whole;
  }
  return m_record.value("indexStatuses", Json::object()).value(index_name, std::string("ACTIVE"));
}

bool Table::is_filling(const std::string& index_name, TimePoint now) const
{
  return status(now) == "UPDATING" && index_status(index_name, now) == "CREATING";
}

bool Table::is_usable(TimePoint now) const
{
  return !m_record.contains("deletedAt") && now >= time_of(m_record, "activeAt");
}

bool Table::is_gone(TimePoint now) const
{
  return m_record.contains("deletedAt") && now >= time_of(m_record, "deletedAt");
}

TimePoint Table::settled_at() const
{
  return time_of(m_record, "settledAt");
}

}  // namespace davit::aws::local::dynamodb
