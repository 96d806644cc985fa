// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/capacity.hpp"

#include "aws/local/dynamodb/shape.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_write_unit = 1024;
constexpr std::size_t k_read_unit = 4096;

double sum_of(const std::map<std::string, double>& units)
{
  double sum = 0;
  for (const auto& [name, value] : units) {
    sum += value;
  }
  return sum;
}

Json units_json(double units, Capacity::Kind kind)
{
  Json out = {{"CapacityUnits", units}};
  if (kind != Capacity::Kind::untold) {
    out[kind == Capacity::Kind::read ? "ReadCapacityUnits" : "WriteCapacityUnits"] = units;
  }
  return out;
}

Json by_name(const std::map<std::string, double>& units, Capacity::Kind kind)
{
  Json out = Json::object();
  for (const auto& [name, value] : units) {
    out[name] = units_json(value, kind);
  }
  return out;
}

double units_of(std::size_t bytes, std::size_t unit)
{
  return static_cast<double>((bytes + unit - 1) / unit);
}

}  // namespace

void Capacity::add(const Capacity& other)
{
  table += other.table;
  for (const auto& [name, units] : other.local_indexes) {
    local_indexes[name] += units;
  }
  for (const auto& [name, units] : other.global_indexes) {
    global_indexes[name] += units;
  }
}

void Capacity::add(const Index& index, double units)
{
  (index.is_local ? local_indexes : global_indexes)[index.name] += units;
}

double Capacity::total() const
{
  return table + sum_of(local_indexes) + sum_of(global_indexes);
}

std::string Capacity::to_json(std::string_view table_name, Detail detail, Kind kind) const
{
  Json out = units_json(total(), kind);
  out["TableName"] = table_name;
  if (detail == Detail::indexes) {
    out["Table"] = units_json(table, kind);
    if (!local_indexes.empty()) {
      out["LocalSecondaryIndexes"] = by_name(local_indexes, kind);
    }
    if (!global_indexes.empty()) {
      out["GlobalSecondaryIndexes"] = by_name(global_indexes, kind);
    }
  }
  return dump_json(out);
}

Capacity::Detail detail_of(const Json& request)
{
  const Json* wanted = member_of(request, "ReturnConsumedCapacity");
  if (wanted == nullptr || *wanted == "NONE") {
    return Capacity::Detail::none;
  }
  return *wanted == "TOTAL" ? Capacity::Detail::total : Capacity::Detail::indexes;
}

double write_units(std::size_t bytes)
{
  return std::max(1.0, units_of(bytes, k_write_unit));
}

double read_units(std::size_t bytes, bool is_consistent)
{
  return units_of(bytes, k_read_unit) * (is_consistent ? 1.0 : 0.5);
}

}  // namespace davit::aws::local::dynamodb
