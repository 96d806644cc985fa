// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/crypto/random.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/operations.hpp"

/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
namespace davit::aws::local::lambda {
namespace {

Answer<void> check_preconditions(const Function& latest, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto revision, input::text(input, "RevisionId"));
  if (revision && *revision != latest.revision_id) {
    return revision_changed();
  }
  DAVIT_ANSWER_ASSIGN(const auto digest, input::text(input, "CodeSha256"));
  const std::string current = latest.code_sha256();
  if (digest && *digest != current) {
    return refuse(
        "InvalidParameterValueException",
        fmt::format("CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST ({}). Please try again with the CodeSHA256 in "
                    "$LATEST.",
                    *digest, current));
  }
  return {};
}

Function next_version(const Function& latest, const std::string& fingerprint)
{
  Function version = latest;
  version.version = std::to_string(latest.last_version + 1);
  version.revision_id = crypto::random_uuid();
  version.deployment_id = version.revision_id;
  version.fingerprint = fingerprint;
  version.tags.clear();
  return version;
}

}  // namespace

Answer<Function> publish(const LambdaParts& parts, Function latest, const Json& input)
{
  if (const auto checked = check_preconditions(latest, input); !checked) {
    return tl::unexpected(checked.error());
  }
  const std::string fingerprint = content_digest(latest);
  DAVIT_STORED_ASSIGN(const auto before, parts.functions.find_version(latest.caller(), latest.name, std::to_string(latest.last_version)));
  if (before && before->fingerprint == fingerprint) {
    return *before;
  }
  Function version = next_version(latest, fingerprint);
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "Description"));
  version.description = description.value_or(version.description);
  ++latest.last_version;
  const std::string expected = std::exchange(latest.revision_id, crypto::random_uuid());
  DAVIT_STORED_ASSIGN(const bool published, parts.functions.publish(version, latest, expected));
  if (!published) {
    return revision_changed();
  }
  return version;
}

Answer<ServiceResponse> publish_version(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(auto latest, latest_of(parts, request));
  const int before = latest.last_version;
  DAVIT_ANSWER_ASSIGN(const Function version, publish(parts, std::move(latest), input));
  const bool is_new = version.version != std::to_string(before);
  return json_response(201, is_new ? changing_document(version, version.version_arn(), Change::created)
                                   : configuration_document(version, version.version_arn()));
}

Answer<ServiceResponse> list_versions(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto versions, parts.functions.versions(latest.caller(), latest.name));
  Json documents = Json::array({configuration_document(latest, latest.version_arn())});
  for (const auto& version : versions) {
    documents.push_back(configuration_document(version, version.version_arn()));
  }
  return json_response(200, page_of(request, "Versions", std::move(documents)));
}

}  // namespace davit::aws::local::lambda
