// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/tag_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::int64_t k_max_key = 128;
constexpr std::int64_t k_max_value = 256;
constexpr const char* k_too_many = "Number of Tags exceed the current limit for the provided ResourceArn";

bool has_only_tag_characters(std::string_view text)
{
  // Letters and digits of any script, which is every byte of a longer UTF-8 sequence.
  constexpr std::string_view k_others = " +-=._:/@";
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return c >= 0x80 || std::isalnum(c) != 0 || k_others.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::int64_t characters_of(std::string_view text)
{
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

bool is_tag_text(const Json* text, std::int64_t least, std::int64_t most)
{
  if (text == nullptr) {
    return false;
  }
  const auto& characters = text->get_ref<const std::string&>();
  const std::int64_t count = characters_of(characters);
  return count >= least && count <= most && has_only_tag_characters(characters);
}

std::string text_or_null(const Json* text)
{
  return text == nullptr ? "null" : text->get<std::string>();
}

Complaint tag_key_complaint(const Json* key)
{
  if (!is_tag_text(key, 1, k_max_key)) {
    return "The Tag Key provided is invalid, Key: " + text_or_null(key);
  }
  return text_or_null(key).starts_with("aws:") ? Complaint("Tag Key cannot be prefixed with aws:, Key: " + text_or_null(key))
                                               : std::nullopt;
}

Complaint tag_complaint(const Json& tag)
{
  if (auto complaint = tag_key_complaint(member_of(tag, "Key"))) {
    return complaint;
  }
  const Json* value = member_of(tag, "Value");
  return is_tag_text(value, 0, k_max_value) ? std::nullopt : Complaint("The Tag Value provided is invalid, Value: " + text_or_null(value));
}

/// Whether it has the form of a table's ARN: arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME.
bool is_table_arn(const std::string& arn)
{
  std::size_t colons = 0;
  std::size_t position = 0;
  for (; colons < 5 && position < arn.size(); ++position) {
    colons += arn[position] == ':' ? 1 : 0;
  }
  const std::string rest = arn.substr(position);
  return arn.starts_with("arn:aws:dynamodb:") && rest.starts_with("table/") && rest.size() >= 9 && rest.find('/', 6) == std::string::npos;
}

/// A ResourceArn that names a table, in whose ever account.
Complaint arn_complaint(const Json& input)
{
  if (member_of(input, "ResourceArn") == nullptr) {
    return "Invalid TableArn";
  }
  const std::string arn = text_member(input, "ResourceArn");
  if (!arn.starts_with("arn:")) {
    return "One or more parameter values were invalid: ARNs must start with 'arn:': " + arn;
  }
  if (arn.find("/index/") != std::string::npos) {
    return "One or more parameter values were invalid: Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " +
           arn;
  }
  return is_table_arn(arn) ? std::nullopt : Complaint("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
}

/// The table of a ResourceArn. What lies in another account or region is not the caller's to see.
Outcome<TablePtr> table_of(Engine& engine, const Call& call, std::string_view operation)
{
  const std::string arn = text_member(call.input, "ResourceArn");
  const std::string own = fmt::format("arn:aws:dynamodb:{}:{}:table/", call.caller.region, call.caller.account_id);
  if (!arn.starts_with(own)) {
    return tl::unexpected(
        Refusal(Fault{"AccessDeniedException",
                      fmt::format("User: {} is not authorized to perform: dynamodb:{} on resource: {}", call.caller.arn, operation, arn)}));
  }
  const TablePtr table = find_table(engine, call.caller, arn);
  if (!table) {
    const std::string place = operation == "UntagResource" ? "" : ": ResourcArn: " + arn + " not found";
    return tl::unexpected(Refusal(Fault{"ResourceNotFoundException", "Requested resource not found" + place}));
  }
  return table;
}

/// Changes the tags of a table: what they are now is read where nobody else writes.
template <typename Change>
Outcome<std::string> change_tags(Engine& engine, const Call& call, std::string_view operation, Change change)
{
  const auto alone = engine.catalog.alone();
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  DAVIT_ANSWER_ASSIGN(const TablePtr table, table_of(engine, call, operation));
  Json record = table->record();
  Json tags = record.value("tags", Json::object());
  change(tags);
  if (tags.size() > k_max_tags) {
    return validation_error(std::string(k_too_many));
  }
  record["tags"] = std::move(tags);
  const auto changed = std::make_shared<const Table>(table->account_id(), table->region(), std::move(record));
  DAVIT_STORED(engine.catalog.write(*transaction, *changed));
  DAVIT_STORED(transaction.commit());
  engine.catalog.publish(changed);
  return std::string();
}

}  // namespace

Complaint tags_complaint(const Json& tags)
{
  std::set<std::string> keys;
  for (const auto& tag : tags) {
    if (auto complaint = tag_complaint(tag)) {
      return complaint;
    }
    if (const std::string key = text_member(tag, "Key"); !keys.insert(key).second) {
      return "Duplicate Tag Keys provided as input: Duplicate Tag Key found " + key;
    }
  }
  return tags.size() > k_max_tags ? Complaint(k_too_many) : std::nullopt;
}

Outcome<std::string> tag_resource(Engine& engine, const Call& call)
{
  DAVIT_REFUSE_IF(arn_complaint(call.input));
  const Json* wanted = member_of(call.input, "Tags");
  if (wanted == nullptr) {
    return validation_error("1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null");
  }
  if (wanted->empty()) {
    return validation_error("Atleast one Tag needs to be provided as Input.");
  }
  DAVIT_REFUSE_IF(tags_complaint(*wanted));
  return change_tags(engine, call, "TagResource", [wanted](Json& tags) {
    for (const auto& tag : *wanted) {
      tags[text_member(tag, "Key")] = text_member(tag, "Value");
    }
  });
}

Outcome<std::string> untag_resource(Engine& engine, const Call& call)
{
  DAVIT_REFUSE_IF(arn_complaint(call.input));
  const Json* keys = member_of(call.input, "TagKeys");
  if (keys == nullptr) {
    return validation_error("1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null");
  }
  if (keys->empty()) {
    return validation_error("Atleast one Tag Key needs to be provided as Input.");
  }
  for (const auto& key : *keys) {
    if (!is_tag_text(key.is_string() ? &key : nullptr, 1, k_max_key)) {
      return validation_error("The Tag Key provided is invalid, Key: " + text_or_null(key.is_string() ? &key : nullptr));
    }
  }
  return change_tags(engine, call, "UntagResource", [keys](Json& tags) {
    for (const auto& key : *keys) {
      tags.erase(key.get<std::string>());
    }
  });
}

Outcome<std::string> list_tags_of_resource(Engine& engine, const Call& call)
{
  DAVIT_REFUSE_IF(arn_complaint(call.input));
  DAVIT_ANSWER_ASSIGN(const TablePtr table, table_of(engine, call, "ListTagsOfResource"));
  Json answer = {{"Tags", Json::array()}};
  const Json tags = table->record().value("tags", Json::object());
  for (const auto& [key, value] : tags.items()) {
    answer["Tags"].push_back({{"Key", key}, {"Value", value}});
  }
  return dump_json(answer);
}

}  // namespace davit::aws::local::dynamodb
