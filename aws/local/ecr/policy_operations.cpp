// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/ecr/ecr_input.hpp"
#include "aws/local/ecr/ecr_operations.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::ecr {
namespace {

constexpr std::size_t k_longest_policy = 10'240;
constexpr std::size_t k_shortest_lifecycle = 100;
constexpr std::size_t k_longest_lifecycle = 30'720;

/// A text that is kept with the repository: what its API calls it, and what answers when there is none.
struct KeptText {
  const char* member;
  const char* missing_code;
  const char* missing_words;
};

constexpr KeptText k_policy{"policyText", "RepositoryPolicyNotFoundException", "Repository policy"};
constexpr KeptText k_lifecycle{"lifecyclePolicyText", "LifecyclePolicyNotFoundException", "Lifecycle policy"};

Json document_of(const Repository& repository, const KeptText& kept, const std::string& text)
{
  return {{"registryId", repository.owner.account}, {"repositoryName", repository.name}, {kept.member, text}};
}

Answer<Json> get(const Registry& registry, const Caller& caller, const Json& input, const KeptText& kept)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  if (!repository.settings.contains(kept.member)) {
    return refuse(kept.missing_code, fmt::format("{} does not exist for the repository with name '{}' in the registry with id '{}'",
                                                 kept.missing_words, repository.name, repository.owner.account));
  }
  return document_of(repository, kept, repository.settings[kept.member]);
}

Answer<Json> put(Registry& registry, const Caller& caller, const Json& input, const KeptText& kept, const std::string& text)
{
  const Json policy = Json::parse(text, nullptr, false);
  if (!policy.is_object()) {
    return invalid_parameter(kept.member, "Invalid JSON syntax");
  }
  DAVIT_ANSWER_ASSIGN(auto repository, repository_of(registry, caller, input));
  repository.settings[kept.member] = text;
  DAVIT_STORED_ASSIGN(auto transaction, registry.database().write());
  DAVIT_STORED(save_repository(*transaction, repository));
  DAVIT_STORED(transaction.commit());
  return document_of(repository, kept, text);
}

Answer<Json> remove(Registry& registry, const Caller& caller, const Json& input, const KeptText& kept)
{
  DAVIT_ANSWER_ASSIGN(auto out, get(registry, caller, input, kept));
  DAVIT_ANSWER_ASSIGN(auto repository, repository_of(registry, caller, input));
  repository.settings.erase(kept.member);
  DAVIT_STORED_ASSIGN(auto transaction, registry.database().write());
  DAVIT_STORED(save_repository(*transaction, repository));
  DAVIT_STORED(transaction.commit());
  return out;
}

/// The shape that https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html asks for, as far as a rule
/// without a priority, a selection or an action is none.
bool are_rules(const Json& policy)
{
  const Json rules = policy.is_object() ? policy.value("rules", Json()) : Json();
  if (!rules.is_array() || rules.empty()) {
    return false;
  }
  return std::all_of(rules.begin(), rules.end(), [](const Json& rule) {
    return rule.is_object() && rule.contains("rulePriority") && rule.contains("selection") && rule.contains("action");
  });
}

}  // namespace

Answer<Json> set_repository_policy(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto text, input::required_text(input, "policyText", "InvalidParameterException"));
  if (text.size() > k_longest_policy) {
    return invalid_parameter("policyText", "Member must have length less than or equal to 10240");
  }
  return put(registry, caller, input, k_policy, text);
}

Answer<Json> get_repository_policy(Registry& registry, const Caller& caller, const Json& input)
{
  return get(registry, caller, input, k_policy);
}

Answer<Json> delete_repository_policy(Registry& registry, const Caller& caller, const Json& input)
{
  return remove(registry, caller, input, k_policy);
}

Answer<Json> put_lifecycle_policy(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto text, input::required_text(input, "lifecyclePolicyText", "InvalidParameterException"));
  if (text.size() < k_shortest_lifecycle || text.size() > k_longest_lifecycle) {
    return invalid_parameter("lifecyclePolicyText", text.size() < k_shortest_lifecycle
                                                        ? "Member must have length greater than or equal to 100"
                                                        : "Member must have length less than or equal to 30720");
  }
  if (!are_rules(Json::parse(text, nullptr, false))) {
    return invalid_parameter("LifecyclePolicyText",
                             "Lifecycle policy validation failure: every rule needs rulePriority, selection, action");
  }
  return put(registry, caller, input, k_lifecycle, text);
}

Answer<Json> get_lifecycle_policy(Registry& registry, const Caller& caller, const Json& input)
{
  return get(registry, caller, input, k_lifecycle);
}

Answer<Json> delete_lifecycle_policy(Registry& registry, const Caller& caller, const Json& input)
{
  return remove(registry, caller, input, k_lifecycle);
}

Answer<Json> put_account_setting(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "name", "InvalidParameterException"));
  DAVIT_ANSWER_ASSIGN(const auto value, input::required_text(input, "value", "InvalidParameterException"));
  if (name != k_blob_mounting || (value != "ENABLED" && value != "DISABLED")) {
    return refuse("InvalidParameterException",
                  fmt::format("The local AWS serves the account setting {} alone, ENABLED or DISABLED", k_blob_mounting));
  }
  DAVIT_STORED_ASSIGN(auto transaction, registry.database().write());
  DAVIT_STORED(save_setting(*transaction, owner_of(caller), name, value));
  DAVIT_STORED(transaction.commit());
  return Json{{"name", name}, {"value", value}};
}

Answer<Json> get_account_setting(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "name", "InvalidParameterException"));
  if (name != k_blob_mounting) {
    return refuse("InvalidParameterException", fmt::format("The local AWS serves the account setting {} alone", k_blob_mounting));
  }
  DAVIT_STORED_ASSIGN(const auto transaction, registry.database().read_briefly());
  DAVIT_STORED_ASSIGN(const auto value, find_setting(*transaction, owner_of(caller), name));
  return Json{{"name", name}, {"value", value.value_or("DISABLED")}};
}

}  // namespace davit::aws::local::ecr
