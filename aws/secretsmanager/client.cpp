// SPDX-License-Identifier: Apache-2.0
#include "aws/secretsmanager/client.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json_members.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::secretsmanager {
namespace {

/// Times are seconds with a fraction.
std::optional<TimePoint> time_member(const Json& object, const char* name)
{
  const auto seconds = number_member(object, name);
  return seconds ? std::optional(TimePoint{std::chrono::milliseconds{std::llround(*seconds * 1000)}}) : std::nullopt;
}

SecretEntry read_entry(const Json& object)
{
  return {.arn = text_member(object, "ARN"),
          .name = text_member(object, "Name"),
          .description = text_member(object, "Description"),
          .created = time_member(object, "CreatedDate"),
          .last_changed = time_member(object, "LastChangedDate"),
          .deleted = time_member(object, "DeletedDate"),
          .rotation_enabled = flag_member(object, "RotationEnabled")};
}

SecretVersion read_version(const Json& object)
{
  return {.arn = text_member(object, "ARN"), .name = text_member(object, "Name"), .version_id = text_member(object, "VersionId")};
}

}  // namespace

Result<std::vector<SecretEntry>> Client::list_secrets()
{
  std::vector<SecretEntry> out;
  Json input = {{"MaxResults", 100}};
  while (true) {
    DAVIT_TRY_ASSIGN(const Json page, m_service.call_json({.operation = "ListSecrets", .body = dump_json(input)}));
    for (const auto& entry : array_member(page, "SecretList")) {
      out.push_back(read_entry(entry));
    }
    const std::string next = text_member(page, "NextToken");
    if (next.empty()) {
      return out;
    }
    input["NextToken"] = next;
  }
}

Result<SecretEntry> Client::describe_secret(const std::string& secret_id)
{
  const Json input = {{"SecretId", secret_id}};
  return m_service.call_json({.operation = "DescribeSecret", .body = dump_json(input)}).map(read_entry);
}

Result<SecretValue> Client::get_secret_value(const GetSecretValueInput& input)
{
  Json body = {{"SecretId", input.secret_id}};
  if (!input.version_id.empty()) {
    body["VersionId"] = input.version_id;
  }
  if (!input.version_stage.empty()) {
    body["VersionStage"] = input.version_stage;
  }
  DAVIT_TRY_ASSIGN(const Json answer, m_service.call_json({.operation = "GetSecretValue", .body = dump_json(body)}));
  SecretValue out{.arn = text_member(answer, "ARN"),
                  .name = text_member(answer, "Name"),
                  .version_id = text_member(answer, "VersionId"),
                  .version_stages = texts_member(answer, "VersionStages")};
  if (answer.contains("SecretString")) {
    out.text = text_member(answer, "SecretString");
  } else {
    out.binary = from_base64(text_member(answer, "SecretBinary"));
  }
  if (!out.text && !out.binary) {
    return fail(failed_error("the secret's binary value is no base64"));
  }
  return out;
}

/// The token makes a repeated request the same request: AWS then changes nothing a second time.
Result<Json> Client::write(const char* operation, Json input)
{
  input["ClientRequestToken"] = crypto::random_uuid();
  return m_service.call_json({.operation = operation, .body = dump_json(input), .effect = auth::Effect::write});
}

Result<SecretVersion> Client::create_secret(const CreateSecretInput& input)
{
  Json body = {{"Name", input.name}, {"SecretString", input.text}};
  if (!input.description.empty()) {
    body["Description"] = input.description;
  }
  return write("CreateSecret", std::move(body)).map(read_version);
}

Result<SecretVersion> Client::put_secret_value(const std::string& secret_id, const std::string& text)
{
  return write("PutSecretValue", {{"SecretId", secret_id}, {"SecretString", text}}).map(read_version);
}

Status Client::delete_secret(const DeleteSecretInput& input)
{
  Json body = {{"SecretId", input.secret_id}};
  if (input.force) {
    body["ForceDeleteWithoutRecovery"] = true;
  }
  if (input.recovery_window_days) {
    body["RecoveryWindowInDays"] = *input.recovery_window_days;
  }
  return m_service.call_json({.operation = "DeleteSecret", .body = dump_json(body), .effect = auth::Effect::write}).map([](const Json&) {});
}

}  // namespace davit::aws::secretsmanager
