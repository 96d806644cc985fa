// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/local/ecr/ecr_input.hpp"
#include "aws/local/ecr/ecr_operations.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::ecr {
namespace {

constexpr std::array<std::string_view, 4> k_mutabilities{"MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"};
constexpr std::size_t k_most_filters = 5;
constexpr std::size_t k_most_tags = 50;

Json document_of(const Registry& registry, const Repository& repository)
{
  Json out = {{"repositoryArn", repository.arn()},
              {"registryId", repository.owner.account},
              {"repositoryName", repository.name},
              {"repositoryUri", registry.host() + "/" + repository.name},
              {"createdAt", seconds_of(repository.created_ms)}};
  for (const char* member :
       {"imageTagMutability", "imageTagMutabilityExclusionFilters", "imageScanningConfiguration", "encryptionConfiguration"}) {
    if (repository.settings.contains(member)) {
      out[member] = repository.settings[member];
    }
  }
  return out;
}

/// imageTagMutability and its filters, which belong together.
Answer<void> apply_mutability(Json& settings, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto asked, input::text(input, "imageTagMutability"));
  const std::string mutability = asked.value_or("MUTABLE");
  if (std::find(k_mutabilities.begin(), k_mutabilities.end(), mutability) == k_mutabilities.end()) {
    return invalid_parameter("imageTagMutability",
                             "Member must satisfy enum value set: [IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION, IMMUTABLE, MUTABLE]");
  }
  const Json filters = input.value("imageTagMutabilityExclusionFilters", Json::array());
  if (mutability.ends_with("_WITH_EXCLUSION") == filters.empty() || filters.size() > k_most_filters) {
    return invalid_parameter("imageTagMutabilityExclusionFilters",
                             "must hold 1 to 5 filters when imageTagMutability ends in WITH_EXCLUSION, and none otherwise");
  }
  settings["imageTagMutability"] = mutability;
  settings.erase("imageTagMutabilityExclusionFilters");
  if (!filters.empty()) {
    settings["imageTagMutabilityExclusionFilters"] = filters;
  }
  return {};
}

Answer<Json> scanning_of(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const bool on_push, input::flag(input.value("imageScanningConfiguration", Json::object()), "scanOnPush"));
  return Json{{"scanOnPush", on_push}};
}

Answer<Json> settings_of(const Json& input)
{
  Json settings = Json::object();
  if (auto applied = apply_mutability(settings, input); !applied) {
    return tl::unexpected(std::move(applied).error());
  }
  DAVIT_ANSWER_ASSIGN(settings["imageScanningConfiguration"], scanning_of(input));
  settings["encryptionConfiguration"] = input.value("encryptionConfiguration", Json{{"encryptionType", "AES256"}});
  settings["tags"] = input.value("tags", Json::array());
  if (settings["tags"].size() > k_most_tags) {
    return refuse("TooManyTagsException", "The list of tags on the repository is over the limit. The maximum number of tags is 50.");
  }
  return settings;
}

Answer<void> save(Registry& registry, const Repository& repository)
{
  DAVIT_STORED_ASSIGN(auto transaction, registry.database().write());
  DAVIT_STORED(save_repository(*transaction, repository));
  DAVIT_STORED(transaction.commit());
  return {};
}

/// "arn:aws:ecr:REGION:ACCOUNT:repository/NAME" of the caller's own registry.
Answer<Repository> repository_of_arn(const Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto arn, input::required_text(input, "resourceArn", "InvalidParameterException"));
  const std::string prefix = Repository{.owner = owner_of(caller), .name = ""}.arn();
  if (!arn.starts_with(prefix)) {
    return refuse("InvalidParameterException",
                  fmt::format("Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN' ({})", arn));
  }
  return registry.repository(owner_of(caller), arn.substr(prefix.size()));
}

void merge_tags(Json& tags, const Json& added)
{
  for (const auto& tag : added) {
    const auto same =
        std::find_if(tags.begin(), tags.end(), [&](const Json& each) { return each.value("Key", "") == tag.value("Key", ""); });
    same == tags.end() ? tags.push_back(tag) : void(*same = tag);
  }
}

}  // namespace

Answer<Json> create_repository(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, new_repository_name(input));
  DAVIT_ANSWER_ASSIGN(auto settings, settings_of(input));
  const Repository repository{.owner = owner_of(caller), .name = name, .created_ms = registry.now_ms(), .settings = std::move(settings)};
  DAVIT_STORED_ASSIGN(auto transaction, registry.database().write());
  DAVIT_STORED_ASSIGN(const auto existing, find_repository(*transaction, repository.owner, name));
  if (existing) {
    return refuse("RepositoryAlreadyExistsException",
                  fmt::format("The repository with name '{}' already exists in the registry with id '{}'", name, caller.account_id));
  }
  DAVIT_STORED(save_repository(*transaction, repository));
  DAVIT_STORED(transaction.commit());
  return Json{{"repository", document_of(registry, repository)}};
}

Answer<Json> describe_repositories(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto names, input::texts(input, "repositoryNames"));
  DAVIT_ANSWER_ASSIGN(const auto account, input::text(input, "registryId"));
  const Owner owner{.account = account.value_or(caller.account_id), .region = caller.region};
  Json out = {{"repositories", Json::array()}};
  for (const auto& name : names) {
    DAVIT_ANSWER_ASSIGN(const auto repository, registry.repository(owner, name));
    out["repositories"].push_back(document_of(registry, repository));
  }
  if (!names.empty()) {
    return out;
  }
  DAVIT_STORED_ASSIGN(const auto transaction, registry.database().read());
  DAVIT_STORED_ASSIGN(const auto all, load_repositories(*transaction, owner));
  DAVIT_ANSWER_ASSIGN(const auto page, page_of(input, all.size()));
  for (std::size_t i = page.first; i < page.first + page.count; ++i) {
    out["repositories"].push_back(document_of(registry, all[i]));
  }
  add_next_token(out, page, all.size());
  return out;
}

Answer<Json> delete_repository(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const bool force, input::flag(input, "force"));
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_STORED_ASSIGN(auto transaction, registry.database().write());
  DAVIT_STORED_ASSIGN(const auto images, load_images(*transaction, repository));
  if (!force && !images.empty()) {
    return refuse("RepositoryNotEmptyException",
                  fmt::format("The repository with name '{}' in registry with id '{}' cannot be deleted because it still contains images",
                              repository.name, repository.owner.account));
  }
  DAVIT_STORED(erase_repository(*transaction, repository));
  DAVIT_STORED(transaction.commit());
  return Json{{"repository", document_of(registry, repository)}};
}

Answer<Json> put_image_tag_mutability(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto required, input::required_text(input, "imageTagMutability", "InvalidParameterException"));
  DAVIT_ANSWER_ASSIGN(auto repository, repository_of(registry, caller, input));
  if (auto saved = apply_mutability(repository.settings, input).and_then([&] { return save(registry, repository); }); !saved) {
    return tl::unexpected(std::move(saved).error());
  }
  Json out = {{"registryId", repository.owner.account}, {"repositoryName", repository.name}, {"imageTagMutability", required}};
  if (repository.settings.contains("imageTagMutabilityExclusionFilters")) {
    out["imageTagMutabilityExclusionFilters"] = repository.settings["imageTagMutabilityExclusionFilters"];
  }
  return out;
}

Answer<Json> put_image_scanning_configuration(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(repository.settings["imageScanningConfiguration"], scanning_of(input));
  if (auto saved = save(registry, repository); !saved) {
    return tl::unexpected(std::move(saved).error());
  }
  return Json{{"registryId", repository.owner.account},
              {"repositoryName", repository.name},
              {"imageScanningConfiguration", repository.settings["imageScanningConfiguration"]}};
}

Answer<Json> list_tags_for_resource(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of_arn(registry, caller, input));
  return Json{{"tags", repository.settings.value("tags", Json::array())}};
}

Answer<Json> tag_resource(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto repository, repository_of_arn(registry, caller, input));
  Json& tags = repository.settings["tags"];
  merge_tags(tags, input.value("tags", Json::array()));
  if (tags.size() > k_most_tags) {
    return refuse("TooManyTagsException", "The list of tags on the repository is over the limit. The maximum number of tags is 50.");
  }
  return save(registry, repository).map([] { return Json::object(); });
}

Answer<Json> untag_resource(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto repository, repository_of_arn(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto keys, input::texts(input, "tagKeys"));
  Json kept = Json::array();
  for (const auto& tag : repository.settings.value("tags", Json::array())) {
    if (std::find(keys.begin(), keys.end(), tag.value("Key", "")) == keys.end()) {
      kept.push_back(tag);
    }
  }
  repository.settings["tags"] = std::move(kept);
  return save(registry, repository).map([] { return Json::object(); });
}

}  // namespace davit::aws::local::ecr
