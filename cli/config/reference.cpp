// SPDX-License-Identifier: Apache-2.0
// The walks over the schema that need no file: JSON Schema, and the reference for people.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "cli/config/shape.hpp"

namespace davit::cli::config {
namespace {

std::string allowed_text(const Shape& shape, const Constraint& constraint)
{
  const OrderedJson schema = shape.describe(constraint, Completeness::whole);
  if (schema.contains("enum")) {
    return fmt::format("{}", fmt::join(schema["enum"].get<std::vector<std::string>>(), ", "));
  }
  const auto limit = [&](const char* name) { return schema.contains(name) ? schema[name].dump() : std::string(); };
  const std::string minimum = limit("minimum");
  const std::string maximum = limit("maximum");
  if (minimum.empty() && maximum.empty()) {
    return {};
  }
  return maximum.empty() ? fmt::format("at least {}", minimum) : fmt::format("{} to {}", minimum, maximum);
}

void append_fields(std::vector<ReferenceLine>& lines, std::span<const Field> fields, const std::string& path);

void append_contents(std::vector<ReferenceLine>& lines, const Shape& shape, const std::string& path)
{
  if (shape.fields != nullptr) {
    append_fields(lines, shape.fields(), path);
  }
  if (shape.element != nullptr) {
    append_contents(lines, *shape.element, path + ".*");
  }
}

void append_fields(std::vector<ReferenceLine>& lines, std::span<const Field> fields, const std::string& path)
{
  for (const Field& field : fields) {
    const auto value = field.default_value(field);
    const std::string missing = field.presence == Presence::required ? "required" : "";
    const std::string field_path = joined_path(path, field.key);
    lines.push_back({.path = field_path,
                     .type = std::string(field.shape->type),
                     .allowed = allowed_text(*field.shape, field.constraint),
                     .default_value = value.is_null() ? missing : (value.is_string() ? value.get<std::string>() : value.dump()),
                     .doc = std::string(field.doc)});
    append_contents(lines, *field.shape, field_path);
  }
}

}  // namespace

OrderedJson json_schema()
{
  OrderedJson schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "davit.yaml"}};
  schema.update(describe_object(root_fields(), Completeness::whole, {}));
  return schema;
}

void visit_values(const Project& project, const Visit& visit)
{
  visit_object(&project, root_fields(), "", visit);
}

std::vector<ReferenceLine> reference()
{
  std::vector<ReferenceLine> lines;
  append_fields(lines, root_fields(), "");
  return lines;
}

}  // namespace davit::cli::config
