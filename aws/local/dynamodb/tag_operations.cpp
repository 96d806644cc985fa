// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/tag_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::int64_t k_max_key = 128;
constexpr std::int64_t k_max_value = 256;

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

std::string limit_words(std::string_view what, std::string_view text, std::string_view path, std::string_view rule)
{
  return fmt::format("1 validation error detected: Value '{}' at '{}.{}' failed to satisfy constraint: Member must {}", text, path, what,
                     rule);
}

Complaint tag_complaint(const Json& tag, std::size_t number)
{
  const std::string key = text_member(tag, "Key");
  const std::string value = text_member(tag, "Value");
  const std::string path = fmt::format("tags.{}.member", number);
  for (const auto* member : {"Key", "Value"}) {
    if (member_of(tag, member) == nullptr) {
      return fmt::format("1 validation error detected: Value null at '{}.{}' failed to satisfy constraint: Member must not be null", path,
                         member[0] == 'K' ? "key" : "value");
    }
  }
  if (key.empty()) {
    return limit_words("key", key, path, "have length greater than or equal to 1");
  }
  if (characters_of(key) > k_max_key) {
    return limit_words("key", key, path, "have length less than or equal to 128");
  }
  if (characters_of(value) > k_max_value) {
    return limit_words("value", value, path, "have length less than or equal to 256");
  }
  if (!has_only_tag_characters(key) || !has_only_tag_characters(value)) {
    return fmt::format(
        "One or more parameter values were invalid: Tag keys and values hold letters, digits, spaces and + - = . _ : / @ only. Key: {}",
        key);
  }
  if (key.starts_with("aws:")) {
    return "One or more parameter values were invalid: Tag keys that begin with aws: are reserved for system use. Key: " + key;
  }
  return std::nullopt;
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

/// The table of a ResourceArn. What lies in another account or region is not the caller's to see.
Outcome<TablePtr> table_of(Engine& engine, const Call& call, std::string_view operation)
{
  const Json* arn_member = member_of(call.input, "ResourceArn");
  if (arn_member == nullptr) {
    return validation_error("Invalid TableArn");
  }
  const std::string arn = arn_member->get<std::string>();
  if (!arn.starts_with("arn:")) {
    return validation_error(fmt::format("Invalid TableArn: Invalid ResourceArn provided as input {}: ARNs must start with 'arn:'", arn));
  }
  if (!is_table_arn(arn)) {
    return validation_error("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  }
  const std::string own = fmt::format("arn:aws:dynamodb:{}:{}:table/", call.caller.region, call.caller.account_id);
  if (!arn.starts_with(own)) {
    return tl::unexpected(
        Refusal(Fault{"AccessDeniedException",
                      fmt::format("User: {} is not authorized to perform: dynamodb:{} on resource: {}", call.caller.arn, operation, arn)}));
  }
  const TablePtr table = find_table(engine, call.caller, arn);
  if (!table) {
    return tl::unexpected(Refusal(Fault{"ResourceNotFoundException", "Requested resource not found: ResourcArn: " + arn + " not found"}));
  }
  return table;
}

/// Keeps the tags of a table.
Outcome<std::string> keep_tags(Engine& engine, const Table& table, Json tags)
{
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  Json record = table.record();
  record["tags"] = std::move(tags);
  const auto changed = std::make_shared<const Table>(table.account_id(), table.region(), std::move(record));
  DAVIT_STORED(engine.catalog.write(*transaction, *changed));
  DAVIT_STORED(transaction.commit());
  engine.catalog.publish(changed);
  return std::string();
}

}  // namespace

Complaint tags_complaint(const Json& tags)
{
  std::size_t number = 0;
  for (const auto& tag : tags) {
    if (auto complaint = tag_complaint(tag, ++number)) {
      return complaint;
    }
  }
  return tags.size() > k_max_tags ? Complaint("One or more parameter values were invalid: Too many tags: the limit is 50") : std::nullopt;
}

Outcome<std::string> tag_resource(Engine& engine, const Call& call)
{
  DAVIT_ANSWER_ASSIGN(const TablePtr table, table_of(engine, call, "TagResource"));
  const Json* wanted = member_of(call.input, "Tags");
  if (wanted == nullptr) {
    return validation_error("1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null");
  }
  if (wanted->empty()) {
    return validation_error("Atleast one Tag needs to be provided as Input.");
  }
  DAVIT_REFUSE_IF(tags_complaint(*wanted));
  Json tags = table->record().value("tags", Json::object());
  for (const auto& tag : *wanted) {
    tags[text_member(tag, "Key")] = text_member(tag, "Value");
  }
  if (tags.size() > k_max_tags) {
    return validation_error(fmt::format("One or more parameter values were invalid: Too many tags: the limit is {}", k_max_tags));
  }
  return keep_tags(engine, *table, std::move(tags));
}

Outcome<std::string> untag_resource(Engine& engine, const Call& call)
{
  DAVIT_ANSWER_ASSIGN(const TablePtr table, table_of(engine, call, "UntagResource"));
  const Json* keys = member_of(call.input, "TagKeys");
  if (keys == nullptr) {
    return validation_error("1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null");
  }
  if (keys->empty()) {
    return validation_error("Atleast one Tag Key needs to be provided as Input.");
  }
  Json tags = table->record().value("tags", Json::object());
  for (const auto& key : *keys) {
    tags.erase(key.get<std::string>());
  }
  return keep_tags(engine, *table, std::move(tags));
}

Outcome<std::string> list_tags_of_resource(Engine& engine, const Call& call)
{
  DAVIT_ANSWER_ASSIGN(const TablePtr table, table_of(engine, call, "ListTagsOfResource"));
  Json answer = {{"Tags", Json::array()}};
  const Json tags = table->record().value("tags", Json::object());
  for (const auto& [key, value] : tags.items()) {
    answer["Tags"].push_back({{"Key", key}, {"Value", value}});
  }
  return dump_json(answer);
}

}  // namespace davit::aws::local::dynamodb
