// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/core/time.hpp"
#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/method_settings.hpp"
#include "aws/local/gateway/rest_changes.hpp"
#include "aws/local/gateway/rest_documents.hpp"
#include "aws/local/gateway/rest_patch.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr std::string_view k_stage_details[] = {"tracingEnabled", "documentationVersion", "clientCertificateId"};

constexpr PatchMember k_stage_members[] = {
    {"description", PatchKind::text},        {"deploymentId", PatchKind::text},        {"variables", PatchKind::texts},
    {"accessLogSettings", PatchKind::texts}, {"tracingEnabled", PatchKind::flag},      {"cacheClusterEnabled", PatchKind::flag},
    {"cacheClusterSize", PatchKind::text},   {"clientCertificateId", PatchKind::text}, {"documentationVersion", PatchKind::text}};

constexpr PatchMember k_deployment_members[] = {{"description", PatchKind::text}};

Json rest_deployment_document(const Deployment& deployment)
{
  Json document = {{"id", deployment.id}, {"createdDate", rest_time(deployment.created)}};
  if (!deployment.description.empty()) {
    document["description"] = deployment.description;
  }
  return document;
}

Json rest_stage_document(const Stage& stage)
{
  Json document = {
      {"stageName", stage.name}, {"deploymentId", stage.deployment_id}, {"cacheClusterEnabled", false}, {"tracingEnabled", false}};
  if (!stage.description.empty()) {
    document["description"] = stage.description;
  }
  if (!stage.variables.empty()) {
    document["variables"] = stage.variables;
  }
  if (!stage.log_group_arn.empty()) {
    document["accessLogSettings"] = {{"destinationArn", stage.log_group_arn}, {"format", stage.log_format}};
  }
  if (!stage.tags.empty()) {
    document["tags"] = stage.tags;
  }
  if (!stage.method_settings.empty()) {
    document["methodSettings"] = method_settings_document(stage.method_settings);
  }
  add_details(document, stage.details);
  return document;
}

std::map<std::string, std::string> texts_member(const Json& document, const char* member)
{
  return document.contains(member) && document[member].is_object() ? document[member].get<std::map<std::string, std::string>>()
                                                                   : std::map<std::string, std::string>{};
}

std::vector<Deployment>::iterator deployment_named(Api& api, const std::string& id)
{
  return std::find_if(api.deployments.begin(), api.deployments.end(), [&](const Deployment& each) { return each.id == id; });
}

Answer<void> read_stage(Api& api, Stage& stage, const Json& document)
{
  DAVIT_ANSWER_ASSIGN(stage.deployment_id, input::required_text(document, "deploymentId", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(document, "description"));
  DAVIT_ANSWER_ASSIGN(const bool has_cache, input::flag(document, "cacheClusterEnabled"));
  if (deployment_named(api, stage.deployment_id) == api.deployments.end()) {
    return bad_request("Deployment id does not exist");
  }
  if (has_cache || document.contains("canarySettings")) {
    return bad_request("The local AWS serves stages without caches and canaries only");
  }
  stage.description = description.value_or("");
  stage.variables = texts_member(document, "variables");
  stage.details = details_of(document, k_stage_details);
  stage.log_group_arn.clear();
  stage.log_format.clear();
  return apply_access_log(stage, document.value("accessLogSettings", Json::object()));
}

Answer<void> new_stage(Api& api, const Json& input)
{
  Stage stage{.name = input.at("stageName"), .tags = texts_member(input, "tags")};
  if (const auto read = read_stage(api, stage, input); !read) {
    return tl::unexpected(read.error());
  }
  api.stages.push_back(std::move(stage));
  return {};
}

Stage* stage_of(Api& api, const std::string& name)
{
  const auto found = std::find_if(api.stages.begin(), api.stages.end(), [&](const Stage& stage) { return stage.name == name; });
  return found == api.stages.end() ? nullptr : &*found;
}

}  // namespace

Answer<Json> rest_create_deployment(Api& api, const RestLabels& /*labels*/, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto given_name, input::text(input, "stageName"));
  // Terraform's provider sends an empty one.
  const std::string stage_name = given_name.value_or("");
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "description"));
  DAVIT_ANSWER_ASSIGN(const auto stage_description, input::text(input, "stageDescription"));
  if (api.routes.empty()) {
    return bad_request("The REST API doesn't contain any methods");
  }
  if (std::any_of(api.routes.begin(), api.routes.end(),
                  [&](const Route& route) { return api.integration(route.integration_id) == nullptr; })) {
    return bad_request("No integration defined for method");
  }
  api.deployments.push_back({.id = new_id(6), .description = description.value_or(""), .created = to_rfc3339(system_now())});
  const Deployment made = api.deployments.back();
  Stage* stage = stage_of(api, stage_name);
  if (stage != nullptr) {
    stage->deployment_id = made.id;
    stage->variables = input.contains("variables") ? texts_member(input, "variables") : stage->variables;
  } else if (!stage_name.empty()) {
    Json wanted = {{"stageName", stage_name}, {"deploymentId", made.id}, {"variables", texts_member(input, "variables")}};
    wanted["description"] = stage_description.value_or("");
    if (const auto added = new_stage(api, wanted); !added) {
      return tl::unexpected(added.error());
    }
  }
  return rest_deployment_document(made);
}

Answer<Json> rest_get_deployments(Api& api, const RestLabels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  std::transform(api.deployments.begin(), api.deployments.end(), std::back_inserter(items), rest_deployment_document);
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_get_deployment(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const auto found = deployment_named(api, labels.at("DeploymentId"));
  return found == api.deployments.end() ? Answer<Json>(no_such("Deployment")) : rest_deployment_document(*found);
}

Answer<Json> rest_update_deployment(Api& api, const RestLabels& labels, const Json& input)
{
  const auto found = deployment_named(api, labels.at("DeploymentId"));
  if (found == api.deployments.end()) {
    return no_such("Deployment");
  }
  DAVIT_ANSWER_ASSIGN(const Json wanted, patched(rest_deployment_document(*found), input, k_deployment_members));
  found->description = wanted.value("description", "");
  return rest_deployment_document(*found);
}

Answer<Json> rest_delete_deployment(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const auto found = deployment_named(api, labels.at("DeploymentId"));
  if (found == api.deployments.end()) {
    return no_such("Deployment");
  }
  if (std::any_of(api.stages.begin(), api.stages.end(), [&](const Stage& stage) { return stage.deployment_id == found->id; })) {
    return bad_request("Active stages pointing to this deployment must be moved or deleted");
  }
  api.deployments.erase(found);
  return Json::object();
}

Answer<Json> rest_create_stage(Api& api, const RestLabels& /*labels*/, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "stageName", "BadRequestException"));
  if (api.stage(name) != nullptr) {
    return refuse("ConflictException", "Stage already exists", 409);
  }
  return new_stage(api, input).map([&] { return rest_stage_document(api.stages.back()); });
}

Answer<Json> rest_get_stage(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const Stage* stage = api.stage(labels.at("StageName"));
  return stage == nullptr ? Answer<Json>(no_such("Stage")) : rest_stage_document(*stage);
}

Answer<Json> rest_get_stages(Api& api, const RestLabels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  std::transform(api.stages.begin(), api.stages.end(), std::back_inserter(items), rest_stage_document);
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_update_stage(Api& api, const RestLabels& labels, const Json& input)
{
  Stage* stage = stage_of(api, labels.at("StageName"));
  if (stage == nullptr) {
    return no_such("Stage");
  }
  DAVIT_ANSWER_ASSIGN(const auto operations, patch_operations(input));
  Json wanted = rest_stage_document(*stage);
  for (const auto& operation : operations) {
    const auto applied =
        is_method_setting(operation) ? apply_method_setting(*stage, operation) : apply_patch(wanted, operation, k_stage_members);
    if (!applied) {
      return tl::unexpected(applied.error());
    }
  }
  return read_stage(api, *stage, wanted).map([&] { return rest_stage_document(*stage); });
}

Answer<Json> rest_delete_stage(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const bool erased = std::erase_if(api.stages, [&](const Stage& stage) { return stage.name == labels.at("StageName"); }) > 0;
  return erased ? Answer<Json>(Json::object()) : no_such("Stage");
}

}  // namespace davit::aws::local::gateway
