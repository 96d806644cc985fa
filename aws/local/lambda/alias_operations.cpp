// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/crypto/random.hpp"
#include "aws/local/front/rest_route.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/operations.hpp"
#include "aws/local/lambda/qualifier.hpp"

/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
namespace davit::aws::local::lambda {
namespace {

/// As it is stored: "version", "description", "weights" by version, "revisionId".
Json alias_document(const Function& latest, const std::string& name, const Json& alias)
{
  Json document = {{"AliasArn", latest.arn_with(name)},
                   {"Name", name},
                   {"FunctionVersion", alias.at("version")},
                   {"Description", alias.at("description")},
                   {"RevisionId", alias.at("revisionId")}};
  if (!alias.at("weights").empty()) {
    document["RoutingConfig"]["AdditionalVersionWeights"] = alias.at("weights");
  }
  return document;
}

Answer<void> check_version(const LambdaParts& parts, const Function& latest, const std::string& version)
{
  const FunctionName name{.account = latest.account, .region = latest.region, .name = latest.name, .qualifier = version};
  if (version != k_latest && !is_version_number(version)) {
    return refuse("ValidationException",
                  fmt::format("1 validation error detected: Value '{}' at 'functionVersion' failed to satisfy constraint: Member must "
                              "satisfy regular expression pattern: (\\$LATEST|[0-9]+)",
                              version));
  }
  return QualifierResolver(parts.functions, parts.settings).find(name).map([](const Function&) {});
}

tl::unexpected<Fault> wrong_weight(const std::string& version, const Json& weight, std::string_view constraint)
{
  return refuse("ValidationException",
                fmt::format("1 validation error detected: Value '{{{}={}}}' at 'routingConfig.additionalVersionWeights' failed to satisfy "
                            "constraint: {}",
                            version, weight.dump(), constraint));
}

Answer<void> check_weight(const LambdaParts& parts, const Function& latest, const Json& alias, const std::string& version,
                          const Json& weight)
{
  if (!weight.is_number() || weight.get<double>() < 0 || weight.get<double>() > 1) {
    return wrong_weight(version, weight,
                        "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value "
                        "greater than or equal to 0.0, Member must not be null]");
  }
  if (!is_version_number(version)) {
    return wrong_weight(version, weight,
                        "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length "
                        "greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be null]");
  }
  if (alias.at("version") == k_latest) {
    return refuse("InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version");
  }
  if (alias.at("version") == version) {
    return refuse("InvalidParameterValueException",
                  fmt::format("Invalid function version {0}. Function version {0} is already included in routing configuration.", version));
  }
  return check_version(parts, latest, version);
}

/// Both versions of an alias run under one role: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
Answer<void> check_roles(const LambdaParts& parts, const Function& latest, const Json& alias)
{
  for (const auto& [version, weight] : alias.at("weights").items()) {
    DAVIT_STORED_ASSIGN(const auto one, parts.functions.find_version(latest.caller(), latest.name, alias.at("version")));
    DAVIT_STORED_ASSIGN(const auto other, parts.functions.find_version(latest.caller(), latest.name, version));
    if (one && other && one->role != other->role) {
      return refuse("InvalidParameterValueException", "An alias cannot point to versions with different execution roles.");
    }
  }
  return {};
}

/// Members that the request leaves out stay as they are; an empty map of weights takes them away.
Answer<void> apply_alias(const LambdaParts& parts, const Function& latest, const Json& input, Json& alias)
{
  DAVIT_ANSWER_ASSIGN(const auto version, input::text(input, "FunctionVersion"));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "Description"));
  alias["version"] = version.value_or(alias.value("version", ""));
  alias["description"] = description.value_or(alias.value("description", ""));
  if (input.contains("RoutingConfig") && !input["RoutingConfig"].is_null()) {
    const Json weights = input["RoutingConfig"].value("AdditionalVersionWeights", Json());
    alias["weights"] = weights.is_null() ? Json::object() : weights;
  }
  if (auto checked = check_version(parts, latest, alias["version"]); !checked) {
    return checked;
  }
  if (alias["weights"].size() > 1) {
    return refuse("InvalidParameterValueException", "Number of items in AdditionalVersionWeights cannot be greater than 1");
  }
  for (const auto& [other, weight] : alias["weights"].items()) {
    if (auto checked = check_weight(parts, latest, alias, other, weight); !checked) {
      return checked;
    }
  }
  alias["revisionId"] = crypto::random_uuid();
  return check_roles(parts, latest, alias);
}

bool is_alias_name(std::string_view name)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), allowed) && !is_version_number(name);
}

tl::unexpected<Fault> no_alias(const Function& latest, const std::string& name)
{
  return refuse("ResourceNotFoundException", "Cannot find alias arn: " + latest.arn_with(name), 404);
}

}  // namespace

Answer<ServiceResponse> create_alias(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto name, input::required_text(input, "Name", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(const auto version, input::required_text(input, "FunctionVersion", "ValidationException"));
  if (!is_alias_name(name)) {
    return refuse("ValidationException",
                  fmt::format("1 validation error detected: Value '{}' at 'name' failed to satisfy constraint: Member must satisfy regular "
                              "expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
                              name));
  }
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto existing, parts.settings.find(latest.caller(), latest.name, k_alias, name));
  if (existing) {
    return refuse("ResourceConflictException", "Alias already exists: " + latest.arn_with(name), 409);
  }
  Json alias = {{"weights", Json::object()}};
  if (const auto applied = apply_alias(parts, latest, input, alias); !applied) {
    return tl::unexpected(applied.error());
  }
  DAVIT_STORED(parts.settings.put(latest.caller(), latest.name, k_alias, name, alias));
  return json_response(201, alias_document(latest, name, alias));
}

Answer<ServiceResponse> get_alias(const LambdaParts& parts, const ServiceRequest& request)
{
  const std::string& name = request.labels.at("Name");
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto alias, parts.settings.find(latest.caller(), latest.name, k_alias, name));
  if (!alias) {
    return no_alias(latest, name);
  }
  return json_response(200, alias_document(latest, name, *alias));
}

Answer<ServiceResponse> update_alias(const LambdaParts& parts, const ServiceRequest& request)
{
  const std::string& name = request.labels.at("Name");
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(auto alias, parts.settings.find(latest.caller(), latest.name, k_alias, name));
  if (!alias) {
    return no_alias(latest, name);
  }
  DAVIT_ANSWER_ASSIGN(const auto revision, input::text(input, "RevisionId"));
  if (revision && *revision != alias->at("revisionId")) {
    return revision_changed();
  }
  if (const auto applied = apply_alias(parts, latest, input, *alias); !applied) {
    return tl::unexpected(applied.error());
  }
  DAVIT_STORED(parts.settings.put(latest.caller(), latest.name, k_alias, name, *alias));
  return json_response(200, alias_document(latest, name, *alias));
}

/// With its URL, its policy and its rules for events; one that is not there is deleted already.
Answer<ServiceResponse> delete_alias(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED(parts.settings.erase_id(latest.caller(), latest.name, request.labels.at("Name")));
  return ServiceResponse{.status = 204};
}

Answer<ServiceResponse> list_aliases(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  const auto version = front::form_parameter(request.http.url.query, "FunctionVersion");
  DAVIT_STORED_ASSIGN(const auto aliases, parts.settings.list(latest.caller(), latest.name, k_alias));
  Json documents = Json::array();
  for (const auto& alias : aliases) {
    const Json& weights = alias.document.at("weights");
    if (!version || alias.document.at("version") == *version || weights.contains(*version)) {
      documents.push_back(alias_document(latest, alias.id, alias.document));
    }
  }
  return json_response(200, page_of(request, "Aliases", std::move(documents)));
}

}  // namespace davit::aws::local::lambda
