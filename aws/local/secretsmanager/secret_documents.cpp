// SPDX-License-Identifier: Apache-2.0
#include "aws/local/secretsmanager/secret_documents.hpp"

#include "aws/core/encoding.hpp"

namespace davit::aws::local::secretsmanager {
namespace {

Json stages_by_version(const Secret& secret)
{
  Json stages = Json::object();
  for (const auto& version : secret.versions) {
    if (!version.stages.empty()) {
      stages[version.id] = version.stages;
    }
  }
  return stages;
}

Json common_members(const Secret& secret)
{
  Json document = {{"ARN", secret.arn},
                   {"Name", secret.name},
                   {"CreatedDate", seconds_of(secret.created_ms)},
                   {"LastChangedDate", seconds_of(secret.changed_ms)}};
  if (!secret.description.empty()) {
    document["Description"] = secret.description;
  }
  if (!secret.kms_key_id.empty()) {
    document["KmsKeyId"] = secret.kms_key_id;
  }
  if (secret.deleted_ms) {
    document["DeletedDate"] = seconds_of(*secret.deleted_ms);
  }
  if (!secret.tags.empty()) {
    document["Tags"] = secret.tags;
  }
  return document;
}

}  // namespace

double seconds_of(std::int64_t milliseconds)
{
  return static_cast<double>(milliseconds) / 1000.0;
}

Json describe(const Secret& secret)
{
  Json document = common_members(secret);
  document["VersionIdsToStages"] = stages_by_version(secret);
  return document;
}

Json list_entry(const Secret& secret)
{
  Json document = common_members(secret);
  document["SecretVersionsToStages"] = stages_by_version(secret);
  return document;
}

Json value_document(const Secret& secret, const SecretVersion& version)
{
  Json document = {{"ARN", secret.arn},
                   {"Name", secret.name},
                   {"VersionId", version.id},
                   {"VersionStages", version.stages},
                   {"CreatedDate", seconds_of(version.created_ms)}};
  if (version.text) {
    document["SecretString"] = *version.text;
  }
  if (version.binary) {
    document["SecretBinary"] = to_base64(*version.binary);
  }
  return document;
}

Json version_entry(const SecretVersion& version)
{
  Json entry = {{"VersionId", version.id}, {"CreatedDate", seconds_of(version.created_ms)}};
  if (!version.stages.empty()) {
    entry["VersionStages"] = version.stages;
  }
  return entry;
}

}  // namespace davit::aws::local::secretsmanager
