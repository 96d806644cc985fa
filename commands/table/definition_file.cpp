// SPDX-License-Identifier: Apache-2.0
#include "commands/table/definition_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/spelling.hpp"
#include "aws/dynamodb/table_settings.hpp"
#include "cli/yaml/reader.hpp"
#include "cli/yaml/scalar.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;
using cli::yaml::Kind;
using cli::yaml::Node;

bool is_absent(const Node* node)
{
  return node == nullptr || (node->kind == Kind::null && !node->quoted);
}

/// Reads davit's own description. Problems are collected; what cannot be read stays as it was.
class DefinitionReader
{
public:
  DefinitionReader(const cli::yaml::Document& document, std::vector<Diagnostic>& problems) : m_document(document), m_problems(problems) {}

  ddb::TableDefinition read()
  {
    const Node& root = m_document.root;
    check_members(root, {"name",
                         "arn",
                         "id",
                         "status",
                         "key",
                         "indexes",
                         "billingMode",
                         "provisionedThroughput",
                         "onDemandThroughput",
                         "warmThroughput",
                         "createdAt",
                         "itemCount",
                         "sizeBytes",
                         "averageItemBytes",
                         "tableClass",
                         "timeToLive",
                         "stream",
                         "pointInTimeRecovery",
                         "deletionProtected",
                         "encryption",
                         "replicas",
                         "tags",
                         "untold",
                         "costEstimate"});
    ddb::TableDescription table{.name = text(root, "name", Needed::yes)};
    table.key = key(root);
    if (const Node* indexes = sequence(root, "indexes")) {
      for (const auto& element : indexes->elements) {
        table.indexes.push_back(index(element));
      }
    }
    table.billing_mode = choice(root, "billingMode", {"PAY_PER_REQUEST", "PROVISIONED"});
    table.throughput = throughput(root);
    table.table_class = choice(root, "tableClass", {"STANDARD", "STANDARD_INFREQUENT_ACCESS"});
    table.deletion_protected = flag(root, "deletionProtected");
    read_members(table);
    auto out = ddb::definition_of(table);
    read_settings(out);
    return out;
  }

private:
  enum class Needed { no, yes };

  void complain(const Node& at, std::string message, std::string hint = {})
  {
    m_problems.push_back(m_document.diagnostic(at, std::move(message), std::move(hint)));
  }

  void check_members(const Node& node, const std::vector<std::string>& known)
  {
    for (const auto& member : node.members) {
      if (std::find(known.begin(), known.end(), member.key.text) == known.end()) {
        const auto suggestion = nearest(member.key.text, known);
        complain(member.key, fmt::format("a description has no \"{}\"", member.key.text),
                 suggestion ? fmt::format("did you mean \"{}\"?", *suggestion) : "");
      }
    }
  }

  /// The member, if it is there and of that kind.
  const Node* member(const Node& node, const char* name, Kind kind, std::string_view wanted)
  {
    const Node* found = node.find(name);
    if (is_absent(found)) {
      return nullptr;
    }
    if (found->kind != kind) {
      complain(*found, fmt::format("{} is {}, not {}", name, wanted, cli::yaml::describe(*found)));
      return nullptr;
    }
    return found;
  }

  const Node* sequence(const Node& node, const char* name) { return member(node, name, Kind::sequence, "a list"); }
  const Node* mapping(const Node& node, const char* name) { return member(node, name, Kind::mapping, "an object"); }

  std::string text(const Node& node, const char* name, Needed needed = Needed::no)
  {
    const Node* found = member(node, name, Kind::scalar, "a text");
    if (needed == Needed::yes && is_absent(node.find(name))) {
      complain(node, fmt::format("this needs a {}", name));
    }
    return found == nullptr ? "" : found->text;
  }

  /// One of the words; the first when there is none.
  std::string choice(const Node& node, const char* name, const std::vector<std::string>& words)
  {
    const std::string found = text(node, name);
    if (found.empty()) {
      return words.front();
    }
    if (std::find(words.begin(), words.end(), found) == words.end()) {
      std::string all;
      for (const auto& word : words) {
        all += (all.empty() ? "" : ", ") + word;
      }
      complain(*node.find(name), fmt::format("{} is one of {}", name, all));
    }
    return found;
  }

  bool flag(const Node& node, const char* name)
  {
    const Node* found = member(node, name, Kind::scalar, "true or false");
    const auto value = found == nullptr ? cli::yaml::Typed<bool>(false) : cli::yaml::as_boolean(*found);
    if (!value) {
      complain(*found, value.error().message, value.error().hint);
    }
    return value.value_or(false);
  }

  std::optional<std::int64_t> integer(const Node& node, const char* name)
  {
    const Node* found = member(node, name, Kind::scalar, "a number");
    if (found == nullptr) {
      return std::nullopt;
    }
    const auto value = cli::yaml::as_integer(*found);
    if (!value) {
      complain(*found, value.error().message, value.error().hint);
      return std::nullopt;
    }
    return *value;
  }

  ddb::KeySchema key(const Node& node)
  {
    ddb::KeySchema out;
    const Node* list = sequence(node, "key");
    if (list == nullptr || list->elements.empty()) {
      complain(node, "this needs a key: a list of name, type and role");
      return out;
    }
    for (const auto& element : list->elements) {
      check_members(element, {"name", "type", "role"});
      const ddb::KeyAttribute attribute{
          .name = text(element, "name", Needed::yes),
          .type = ddb::attribute_type_of(choice(element, "type", {"S", "N", "B"})).value_or(ddb::AttributeType::string)};
      // Without a role the first is the partition key.
      const std::string role = element.find("role") != nullptr ? choice(element, "role", {"partition", "sort"}) : "";
      const bool is_sort = role == "sort" || (role.empty() && !out.partition.empty());
      (is_sort ? out.sort : out.partition).push_back(attribute);
    }
    return out;
  }

  std::optional<ddb::Units> units(const Node& node, const char* name, const char* read, const char* write, std::int64_t absent)
  {
    const Node* found = mapping(node, name);
    if (found == nullptr) {
      return std::nullopt;
    }
    check_members(*found, {read, write});
    return ddb::Units{.read = integer(*found, read).value_or(absent), .write = integer(*found, write).value_or(absent)};
  }

  ddb::Throughput throughput(const Node& node)
  {
    return {.provisioned = units(node, "provisionedThroughput", "readUnits", "writeUnits", 0),
            .on_demand = units(node, "onDemandThroughput", "maxReadUnits", "maxWriteUnits", -1),
            .warm = units(node, "warmThroughput", "readUnitsPerSecond", "writeUnitsPerSecond", 0)};
  }

  ddb::IndexDescription index(const Node& node)
  {
    check_members(node, {"name", "key", "kind", "projection", "nonKeyAttributes", "status", "backfilling", "itemCount", "sizeBytes",
                         "provisionedThroughput", "onDemandThroughput", "warmThroughput"});
    ddb::IndexDescription out{.name = text(node, "name", Needed::yes), .key = key(node)};
    out.is_local = choice(node, "kind", {"global", "local"}) == "local";
    out.projection = choice(node, "projection", {"ALL", "KEYS_ONLY", "INCLUDE"});
    if (const Node* names = sequence(node, "nonKeyAttributes")) {
      for (const auto& name : names->elements) {
        out.non_key_attributes.push_back(name.text);
      }
    }
    out.throughput = throughput(node);
    return out;
  }

  void read_members(ddb::TableDescription& table)
  {
    if (const Node* stream = mapping(m_document.root, "stream")) {
      check_members(*stream, {"viewType", "arn"});
      table.stream_view_type = choice(*stream, "viewType", {"NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"});
    }
    if (const Node* encryption = mapping(m_document.root, "encryption")) {
      check_members(*encryption, {"type", "status", "kmsKeyArn"});
      table.kms_key = text(*encryption, "kmsKeyArn");
    }
  }

  void read_settings(ddb::TableDefinition& out)
  {
    if (const Node* time_to_live = mapping(m_document.root, "timeToLive")) {
      check_members(*time_to_live, {"status", "attributeName"});
      const ddb::TimeToLive read{.status = choice(*time_to_live, "status", {"ENABLED", "ENABLING", "DISABLED", "DISABLING"}),
                                 .attribute = text(*time_to_live, "attributeName")};
      out.time_to_live = read.is_on() ? read.attribute : "";
    }
    if (const Node* recovery = mapping(m_document.root, "pointInTimeRecovery")) {
      check_members(*recovery, {"status", "recoveryPeriodDays", "earliestRestorableAt", "latestRestorableAt"});
      if (choice(*recovery, "status", {"ENABLED", "DISABLED"}) == "ENABLED") {
        out.recovery_days = static_cast<int>(integer(*recovery, "recoveryPeriodDays").value_or(0));
      }
    }
    if (const Node* tags = mapping(m_document.root, "tags")) {
      for (const auto& tag : tags->members) {
        out.tags.emplace(tag.key.text, tag.value.text);
      }
    }
  }

  const cli::yaml::Document& m_document;
  std::vector<Diagnostic>& m_problems;
};

/// The description within what the AWS CLI prints; null when this is none of it.
const Node* description_of_service(const Node& root)
{
  for (const char* const name : {"Table", "TableDescription"}) {
    if (const Node* found = root.find(name)) {
      return found;
    }
  }
  return root.find("TableName") != nullptr || root.find("KeySchema") != nullptr ? &root : nullptr;
}

Result<ddb::TableDefinition> read_service_description(const Node& node, const std::string& name)
{
  // A time that YAML would read in its own way is none that a definition needs.
  const Json json = cli::yaml::to_json(node, [](const Node&, const cli::yaml::Complaint&) {});
  auto table = ddb::table_description_from_json(json);
  if (!table || table->key.partition.empty()) {
    return fail(usage_error(fmt::format("{} is no description of a table{}", name,
                                        table ? ": it needs KeySchema and AttributeDefinitions" : ": " + table.error().message)));
  }
  auto out = ddb::definition_of(*table);
  if (const auto tags = ddb::tags_from_json(json)) {
    out.tags = *tags;
  }
  return out;
}

}  // namespace

Result<ddb::TableDefinition> read_definition(std::string_view text, const std::string& name)
{
  Error error = usage_error(fmt::format("{} is no description of a table", name),
                            "it takes what `davit table describe NAME -o json` or `aws dynamodb describe-table` prints");
  auto document = cli::yaml::read(text, name, error.diagnostics);
  if (!document) {
    return fail(std::move(document).error());
  }
  if (document->root.kind != Kind::mapping) {
    return fail(std::move(error));
  }
  if (const Node* of_service = description_of_service(document->root)) {
    return read_service_description(*of_service, name);
  }
  ddb::TableDefinition definition = DefinitionReader{*document, error.diagnostics}.read();
  return error.diagnostics.empty() ? Result<ddb::TableDefinition>(std::move(definition)) : fail(std::move(error));
}

}  // namespace davit::commands::table
