// SPDX-License-Identifier: Apache-2.0
#include "aws/local/secretsmanager/secret_listing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/encoding.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/secretsmanager/secret_documents.hpp"

namespace davit::aws::local::secretsmanager {
namespace {

constexpr std::int64_t k_largest_page = 100;

/// The texts of a secret that a filter of that key looks at.
std::vector<std::string> texts_of(const Secret& secret, const std::string& key)
{
  std::vector<std::string> texts;
  if (key == "name" || key == "all") {
    texts.push_back(secret.name);
  }
  if (key == "description" || key == "all") {
    texts.push_back(secret.description);
  }
  for (const auto& tag : secret.tags) {
    if (key == "tag-key" || key == "all") {
      texts.push_back(tag.value("Key", ""));
    }
    if (key == "tag-value" || key == "all") {
      texts.push_back(tag.value("Value", ""));
    }
  }
  return texts;
}

std::string lower(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool any_contains(const std::vector<std::string>& texts, std::string_view word)
{
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return text.find(word) != std::string::npos; });
}

/// "all" takes a value apart: each of its words must stand somewhere.
bool has_all_words(const std::vector<std::string>& texts, std::string_view value)
{
  constexpr std::string_view k_separators = " /_+=.@-!";
  while (true) {
    value.remove_prefix(std::min(value.find_first_not_of(k_separators), value.size()));
    if (value.empty()) {
      return true;
    }
    const auto word = value.substr(0, value.find_first_of(k_separators));
    if (!any_contains(texts, word)) {
      return false;
    }
    value.remove_prefix(word.size());
  }
}

/// One value of a filter: a prefix of any of the texts; "!" in front turns it around. Case counts in names and tags only.
bool matches_value(std::vector<std::string> texts, const std::string& key, std::string value)
{
  const bool negated = value.starts_with('!');
  value.erase(0, negated ? 1 : 0);
  if (key == "all" || key == "description") {
    value = lower(value);
    std::transform(texts.begin(), texts.end(), texts.begin(), lower);
  }
  const auto has_prefix = [&](const std::string& text) { return text.starts_with(value); };
  const bool any = key == "all" ? has_all_words(texts, value) : std::any_of(texts.begin(), texts.end(), has_prefix);
  return any != negated;
}

bool matches(const Secret& secret, const Json& filter)
{
  const auto key = filter.value("Key", "");
  const auto texts = texts_of(secret, key);
  const auto values = filter.value("Values", std::vector<std::string>{});
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) { return matches_value(texts, key, value); });
}

/// Secrets come by name; those that were made at the same time keep that order.
Answer<void> sort(std::vector<Secret>& secrets, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto by, input::text(input, "SortBy"));
  DAVIT_ANSWER_ASSIGN(const auto order, input::text(input, "SortOrder"));
  const std::string key = by.value_or("created-date");
  if (key != "created-date" && key != "last-changed-date" && key != "name") {
    return refuse("InvalidParameterException", "The local AWS does not serve SortBy " + key);
  }
  if (key != "name") {
    const auto time = [&](const Secret& secret) { return key == "created-date" ? secret.created_ms : secret.changed_ms; };
    std::stable_sort(secrets.begin(), secrets.end(), [&](const Secret& a, const Secret& b) { return time(a) < time(b); });
  }
  if (order == "desc") {
    std::reverse(secrets.begin(), secrets.end());
  }
  return {};
}

Answer<Json> checked_filters(const Json& input)
{
  static const std::vector<std::string> k_keys{"description", "name", "tag-key", "tag-value", "primary-region", "owning-service", "all"};
  Json filters = input.value("Filters", Json::array());
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const auto key = filters[i].value("Key", "");
    if (std::find(k_keys.begin(), k_keys.end(), key) == k_keys.end()) {
      return refuse("ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'filters.{}.member.key' failed to satisfy "
                                "constraint: Member must satisfy enum value set: [{}]",
                                key, i + 1, fmt::join(k_keys, ", ")));
    }
    if (key == "primary-region" || key == "owning-service") {
      return refuse("InvalidParameterException", "The local AWS does not serve the filter key '" + key + "'");
    }
  }
  return filters;
}

}  // namespace

Answer<Json> list_secrets(std::vector<Secret> secrets, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto filters, checked_filters(input));
  DAVIT_ANSWER_ASSIGN(const auto limit, input::integer(input, "MaxResults"));
  DAVIT_ANSWER_ASSIGN(const auto token, input::text(input, "NextToken"));
  DAVIT_ANSWER_ASSIGN(const bool deleted_too, input::flag(input, "IncludePlannedDeletion"));
  if (limit && (*limit < 1 || *limit > k_largest_page)) {
    return refuse("InvalidParameterException", "MaxResults must be between 1 and 100.");
  }
  const auto after = token ? from_base64url(*token) : std::optional<std::string>("");
  if (!after) {
    return refuse("InvalidNextTokenException", "The NextToken value is invalid.");
  }
  std::erase_if(secrets, [&](const Secret& secret) {
    const bool wanted = std::all_of(filters.begin(), filters.end(), [&](const Json& filter) { return matches(secret, filter); });
    return !wanted || (secret.deleted_ms && !deleted_too);
  });
  if (const auto sorted = sort(secrets, input); !sorted) {
    return tl::unexpected(sorted.error());
  }
  const auto is_last_seen = [&](const Secret& secret) { return secret.arn == *after; };
  auto next = std::find_if(secrets.begin(), secrets.end(), is_last_seen);
  next = next == secrets.end() ? secrets.begin() : next + 1;
  Json answer = {{"SecretList", Json::array()}};
  for (; next != secrets.end(); ++next) {
    if (static_cast<std::int64_t>(answer["SecretList"].size()) == limit.value_or(k_largest_page)) {
      answer["NextToken"] = to_base64url((next - 1)->arn);
      break;
    }
    answer["SecretList"].push_back(list_entry(*next));
  }
  return answer;
}

void set_tags(Json& tags, const Json& added)
{
  for (const auto& tag : added) {
    remove_tags(tags, {tag.value("Key", "")});
    tags.push_back(tag);
  }
}

void remove_tags(Json& tags, const std::vector<std::string>& keys)
{
  Json kept = Json::array();
  for (const auto& tag : tags) {
    if (std::find(keys.begin(), keys.end(), tag.value("Key", "")) == keys.end()) {
      kept.push_back(tag);
    }
  }
  tags = std::move(kept);
}

}  // namespace davit::aws::local::secretsmanager
