// SPDX-License-Identifier: Apache-2.0
#include "aws/local/secretsmanager/secretsmanager_service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/local/json_input.hpp"
#include "aws/local/json_service.hpp"
#include "aws/local/secretsmanager/secret_documents.hpp"
#include "aws/local/secretsmanager/secret_listing.hpp"
#include "aws/local/secretsmanager/secret_rules.hpp"

namespace davit::aws::local::secretsmanager {
namespace {

constexpr std::int64_t k_day_ms = 86'400'000;
constexpr std::int64_t k_longest_window_days = 30;

tl::unexpected<Fault> no_such_secret()
{
  return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

tl::unexpected<Fault> marked_for_deletion()
{
  return refuse("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.");
}

Answer<std::string> secret_id_of(const Json& input)
{
  return input::required_text(input, "SecretId", "ValidationException");
}

/// A secret in the hands of one operation, which may change and save it.
struct Open {
  store::WriteTransaction transaction;
  Secret secret;

  Answer<Json> save(Json answer)
  {
    DAVIT_STORED(save_secret(*transaction, secret));
    DAVIT_STORED(transaction.commit());
    return answer;
  }
};

class SecretsManagerService final : public JsonService
{
public:
  SecretsManagerService(store::Database& database, Clock clock)
      : JsonService("secretsmanager", front::Protocol::json_1_1), m_database(database), m_clock(std::move(clock))
  {
    serve("CreateSecret", [this](const Caller& caller, const Json& input) { return create(caller, input); });
    serve("GetSecretValue", [this](const Caller& caller, const Json& input) { return get_value(caller, input); });
    serve("PutSecretValue", [this](const Caller& caller, const Json& input) { return put_value(caller, input); });
    serve("UpdateSecret", [this](const Caller& caller, const Json& input) { return update(caller, input); });
    serve("DescribeSecret", [this](const Caller& caller, const Json& input) { return describe_secret(caller, input); });
    serve("ListSecrets", [this](const Caller& caller, const Json& input) { return list(caller, input); });
    serve("ListSecretVersionIds", [this](const Caller& caller, const Json& input) { return list_versions(caller, input); });
    serve("DeleteSecret", [this](const Caller& caller, const Json& input) { return remove(caller, input); });
    serve("RestoreSecret", [this](const Caller& caller, const Json& input) { return restore(caller, input); });
    serve("UpdateSecretVersionStage", [this](const Caller& caller, const Json& input) { return update_stage(caller, input); });
    serve("TagResource", [this](const Caller& caller, const Json& input) { return tag(caller, input); });
    serve("UntagResource", [this](const Caller& caller, const Json& input) { return untag(caller, input); });
  }

private:
  Answer<Json> create(const Caller& caller, const Json& input);
  Answer<Json> create_again(Open& open, const std::string& token, const NewValue& value);
  Answer<Json> get_value(const Caller& caller, const Json& input);
  Answer<Json> put_value(const Caller& caller, const Json& input);
  Answer<Json> update(const Caller& caller, const Json& input);
  Answer<Json> describe_secret(const Caller& caller, const Json& input);
  Answer<Json> list(const Caller& caller, const Json& input);
  Answer<Json> list_versions(const Caller& caller, const Json& input);
  Answer<Json> remove(const Caller& caller, const Json& input);
  Answer<Json> forced_again(const Caller& caller, const Json& input) const;
  Answer<Json> restore(const Caller& caller, const Json& input);
  Answer<Json> update_stage(const Caller& caller, const Json& input);
  Answer<Json> tag(const Caller& caller, const Json& input);
  Answer<Json> untag(const Caller& caller, const Json& input);

  [[nodiscard]] std::int64_t now_ms() const { return m_clock().time_since_epoch().count(); }

  Answer<std::vector<Secret>> load(store::Connection& connection, const Caller& caller) const;
  Answer<Secret> find(store::Connection& connection, const Caller& caller, const std::string& id) const;
  Answer<Secret> read(const Caller& caller, const Json& input);
  Answer<Open> open(const Caller& caller, const Json& input);
  Answer<Open> open_living(const Caller& caller, const Json& input);

  store::Database& m_database;
  Clock m_clock;
};

/// A secret whose recovery window is over does not exist any more, whether or not its rows were swept.
Answer<std::vector<Secret>> SecretsManagerService::load(store::Connection& connection, const Caller& caller) const
{
  DAVIT_STORED_ASSIGN(auto secrets, load_secrets(connection, caller));
  std::erase_if(secrets, [&](const Secret& secret) { return secret.gone_ms && *secret.gone_ms <= now_ms(); });
  return secrets;
}

Answer<Secret> SecretsManagerService::find(store::Connection& connection, const Caller& caller, const std::string& id) const
{
  DAVIT_ANSWER_ASSIGN(auto secrets, load(connection, caller));
  const auto found = std::find_if(secrets.begin(), secrets.end(), [&](const Secret& secret) { return is_meant(secret, id); });
  if (found == secrets.end()) {
    return no_such_secret();
  }
  return std::move(*found);
}

Answer<Secret> SecretsManagerService::read(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto id, secret_id_of(input));
  DAVIT_STORED_ASSIGN(const auto transaction, m_database.read());
  return find(*transaction, caller, id);
}

Answer<Open> SecretsManagerService::open(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto id, secret_id_of(input));
  DAVIT_STORED_ASSIGN(auto transaction, m_database.write());
  DAVIT_ANSWER_ASSIGN(auto secret, find(*transaction, caller, id));
  return Open{std::move(transaction), std::move(secret)};
}

Answer<Open> SecretsManagerService::open_living(const Caller& caller, const Json& input)
{
  auto opened = open(caller, input);
  if (opened && opened->secret.deleted_ms) {
    return marked_for_deletion();
  }
  return opened;
}

Answer<Json> SecretsManagerService::create(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto raw_name, input::required_text(input, "Name", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(const auto name, check_name(std::move(raw_name)));
  DAVIT_ANSWER_ASSIGN(const auto token, request_token_of(input));
  DAVIT_ANSWER_ASSIGN(const auto value, value_of(input));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "Description"));
  DAVIT_ANSWER_ASSIGN(const auto kms_key_id, input::text(input, "KmsKeyId"));
  DAVIT_STORED_ASSIGN(auto transaction, m_database.write());
  if (auto known = find(*transaction, caller, name)) {
    Open existing{std::move(transaction), std::move(*known)};
    return create_again(existing, token, value);
  }
  Secret secret{.account = caller.account_id,
                .region = caller.region,
                .name = name,
                .arn = new_arn(caller, name),
                .description = description.value_or(""),
                .kms_key_id = kms_key_id.value_or(""),
                .created_ms = now_ms(),
                .changed_ms = now_ms(),
                .tags = input.value("Tags", Json::array())};
  Json answer = {{"ARN", secret.arn}, {"Name", secret.name}};
  if (value.is_given()) {
    DAVIT_ANSWER_ASSIGN(answer["VersionId"], put_version(secret, token, value, {k_current}, now_ms()));
  }
  return Open{std::move(transaction), std::move(secret)}.save(std::move(answer));
}

/// The same call again is no error: the caller may not have seen the first answer.
Answer<Json> SecretsManagerService::create_again(Open& existing, const std::string& token, const NewValue& value)
{
  const Secret& secret = existing.secret;
  if (secret.deleted_ms) {
    return refuse("InvalidRequestException",
                  "You can't create this secret because a secret with this name is already scheduled for deletion.");
  }
  const SecretVersion* version = secret.version(token);
  if (version != nullptr && !same_value(*version, value)) {
    return token_in_use(secret, token);
  }
  if (version == nullptr) {
    return refuse("ResourceExistsException", fmt::format("The operation failed because the secret {} already exists.", secret.name));
  }
  return Json{{"ARN", secret.arn}, {"Name", secret.name}, {"VersionId", token}};
}

Answer<Json> SecretsManagerService::get_value(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto version_id, input::text(input, "VersionId"));
  DAVIT_ANSWER_ASSIGN(const auto stage, input::text(input, "VersionStage"));
  DAVIT_ANSWER_ASSIGN(const auto secret, read(caller, input));
  if (secret.deleted_ms) {
    return marked_for_deletion();
  }
  const SecretVersion* version = version_id ? secret.version(*version_id) : secret.staged(stage.value_or(k_current));
  if (version == nullptr) {
    const std::string wanted = version_id ? "VersionId: " + *version_id : "staging label: " + stage.value_or(k_current);
    return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for " + wanted);
  }
  if (version_id && stage && !version->has_stage(*stage)) {
    return refuse("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.");
  }
  return value_document(secret, *version);
}

Answer<Json> SecretsManagerService::put_value(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto token, request_token_of(input));
  DAVIT_ANSWER_ASSIGN(const auto value, value_of(input));
  DAVIT_ANSWER_ASSIGN(auto stages, input::texts(input, "VersionStages"));
  if (!value.is_given()) {
    return refuse("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  }
  DAVIT_ANSWER_ASSIGN(auto opened, open_living(caller, input));
  Secret& secret = opened.secret;
  DAVIT_ANSWER_ASSIGN(const auto id,
                      put_version(secret, token, value, stages.empty() ? std::vector<std::string>{k_current} : stages, now_ms()));
  return opened.save({{"ARN", secret.arn}, {"Name", secret.name}, {"VersionId", id}, {"VersionStages", secret.version(id)->stages}});
}

Answer<Json> SecretsManagerService::update(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto token, request_token_of(input));
  DAVIT_ANSWER_ASSIGN(const auto value, value_of(input));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "Description"));
  DAVIT_ANSWER_ASSIGN(const auto kms_key_id, input::text(input, "KmsKeyId"));
  DAVIT_ANSWER_ASSIGN(auto opened, open_living(caller, input));
  Secret& secret = opened.secret;
  secret.description = description.value_or(secret.description);
  secret.kms_key_id = kms_key_id.value_or(secret.kms_key_id);
  secret.changed_ms = now_ms();
  Json answer = {{"ARN", secret.arn}, {"Name", secret.name}};
  if (value.is_given()) {
    DAVIT_ANSWER_ASSIGN(answer["VersionId"], put_version(secret, token, value, {k_current}, now_ms()));
  }
  return opened.save(std::move(answer));
}

Answer<Json> SecretsManagerService::describe_secret(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto secret, read(caller, input));
  return describe(secret);
}

Answer<Json> SecretsManagerService::list(const Caller& caller, const Json& input)
{
  DAVIT_STORED_ASSIGN(const auto transaction, m_database.read());
  DAVIT_ANSWER_ASSIGN(auto secrets, load(*transaction, caller));
  return list_secrets(std::move(secrets), input);
}

Answer<Json> SecretsManagerService::list_versions(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const bool deprecated_too, input::flag(input, "IncludeDeprecated"));
  DAVIT_ANSWER_ASSIGN(const auto secret, read(caller, input));
  Json versions = Json::array();
  for (const auto& version : secret.versions) {
    if (deprecated_too || !version.stages.empty()) {
      versions.push_back(version_entry(version));
    }
  }
  return Json{{"ARN", secret.arn}, {"Name", secret.name}, {"Versions", std::move(versions)}};
}

/// To force the deletion of what is not there, or no more, is no error.
Answer<Json> SecretsManagerService::forced_again(const Caller& caller, const Json& input) const
{
  DAVIT_ANSWER_ASSIGN(const auto id, secret_id_of(input));
  constexpr std::string_view k_resource = ":secret:";
  const auto at = id.find(k_resource);
  const std::string name = at == std::string::npos ? id : id.substr(at + k_resource.size());
  return Json{{"ARN", name == id ? new_arn(caller, name) : id}, {"Name", name}, {"DeletionDate", seconds_of(now_ms())}};
}

Answer<Json> SecretsManagerService::remove(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto days, input::integer(input, "RecoveryWindowInDays"));
  DAVIT_ANSWER_ASSIGN(const bool at_once, input::flag(input, "ForceDeleteWithoutRecovery"));
  if (days && at_once) {
    return refuse("InvalidParameterException", "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  if (days && (*days < 7 || *days > k_longest_window_days)) {
    return refuse("InvalidParameterException", "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  }
  auto found = open(caller, input);
  if (!found && at_once && found.error().code == no_such_secret().value().code) {
    return forced_again(caller, input);
  }
  DAVIT_ANSWER_ASSIGN(auto opened, std::move(found));
  Secret& secret = opened.secret;
  if (secret.deleted_ms && !at_once) {
    return marked_for_deletion();
  }
  const std::int64_t gone = at_once ? now_ms() : now_ms() + days.value_or(k_longest_window_days) * k_day_ms;
  secret.deleted_ms = now_ms();
  secret.gone_ms = gone;
  Json answer = {{"ARN", secret.arn}, {"Name", secret.name}, {"DeletionDate", seconds_of(gone)}};
  if (!at_once) {
    return opened.save(std::move(answer));
  }
  DAVIT_STORED(erase_secret(*opened.transaction, secret));
  DAVIT_STORED(opened.transaction.commit());
  return answer;
}

Answer<Json> SecretsManagerService::restore(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto opened, open(caller, input));
  opened.secret.deleted_ms.reset();
  opened.secret.gone_ms.reset();
  return opened.save({{"ARN", opened.secret.arn}, {"Name", opened.secret.name}});
}

Answer<Json> SecretsManagerService::update_stage(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto stage, input::required_text(input, "VersionStage", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(const auto from_id, input::text(input, "RemoveFromVersionId"));
  DAVIT_ANSWER_ASSIGN(const auto to_id, input::text(input, "MoveToVersionId"));
  DAVIT_ANSWER_ASSIGN(auto opened, open_living(caller, input));
  Secret& secret = opened.secret;
  SecretVersion* holder = secret.staged(stage);
  SecretVersion* target = to_id ? secret.version(*to_id) : nullptr;
  if (to_id && target == nullptr) {
    return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for VersionId: " + *to_id);
  }
  if (holder != nullptr && holder != target && from_id != holder->id) {
    return refuse(
        "InvalidParameterException",
        fmt::format(
            "The parameter RemoveFromVersionId can't be empty. Staging label {} is currently attached to version {}, so you must explicitly "
            "reference that version in RemoveFromVersionId.",
            stage, holder->id));
  }
  if (target == nullptr && stage == k_current) {
    return refuse("InvalidParameterException", "You can't remove the staging label AWSCURRENT: move it to another version instead.");
  }
  if (target != nullptr) {
    move_stage(secret, stage, *target);
  } else if (holder != nullptr) {
    holder->remove_stage(stage);
  }
  secret.changed_ms = now_ms();
  return opened.save({{"ARN", secret.arn}, {"Name", secret.name}});
}

Answer<Json> SecretsManagerService::tag(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto opened, open_living(caller, input));
  set_tags(opened.secret.tags, input.value("Tags", Json::array()));
  return opened.save(nullptr);
}

Answer<Json> SecretsManagerService::untag(const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto keys, input::texts(input, "TagKeys"));
  DAVIT_ANSWER_ASSIGN(auto opened, open_living(caller, input));
  remove_tags(opened.secret.tags, keys);
  return opened.save(nullptr);
}

}  // namespace

Result<std::unique_ptr<Service>> make_secretsmanager_service(store::Database& database, Clock clock)
{
  DAVIT_TRY(database.create(k_secret_schema));
  return std::unique_ptr<Service>(std::make_unique<SecretsManagerService>(database, std::move(clock)));
}

}  // namespace davit::aws::local::secretsmanager
