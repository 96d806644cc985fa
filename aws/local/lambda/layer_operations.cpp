// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "aws/local/front/rest_route.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/operations.hpp"

/// https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
namespace davit::aws::local::lambda {
namespace {

Json summary_of(const LayerVersion& version)
{
  Json summary = {{"LayerVersionArn", version.arn()},
                  {"Version", version.version},
                  {"Description", version.description},
                  {"CreatedDate", version.created}};
  if (!version.runtimes.empty()) {
    summary["CompatibleRuntimes"] = version.runtimes;
  }
  if (!version.architectures.empty()) {
    summary["CompatibleArchitectures"] = version.architectures;
  }
  if (!version.license.empty()) {
    summary["LicenseInfo"] = version.license;
  }
  return summary;
}

Json document_of(const LayerVersion& version)
{
  Json document = summary_of(version);
  document["LayerArn"] = version.layer_arn();
  document["Content"] = {{"CodeSize", version.archive.size}, {"CodeSha256", version.archive.code_sha256()}};
  return document;
}

/// The layer that a path names. Layers of other accounts and regions are not here.
Answer<std::string> layer_of(const ServiceRequest& request)
{
  const auto name = parse_layer_name(request.labels.at("LayerName"));
  const bool is_here =
      name && (name->account.empty() || (name->account == request.caller.account_id && name->region == request.caller.region));
  if (!is_here) {
    return refuse("InvalidParameterValueException",
                  fmt::format("The layer '{}' is no name, or none of this account and region", request.labels.at("LayerName")));
  }
  return name->name;
}

Answer<int> version_of(const ServiceRequest& request)
{
  const std::string& text = request.labels.at("VersionNumber");
  int version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (failed != std::errc{} || end != text.data() + text.size() || version < 1) {
    return refuse("InvalidParameterValueException", fmt::format("'{}' is no number of a layer version", text));
  }
  return version;
}

Answer<ServiceResponse> found_version(const LambdaParts& parts, const Caller& caller, const std::string& name, int version)
{
  DAVIT_STORED_ASSIGN(const auto found, parts.layers.find(caller, name, version));
  if (!found) {
    return refuse("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  }
  return json_response(200, document_of(*found));
}

}  // namespace

Answer<ServiceResponse> publish_layer_version(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const std::string name, layer_of(request));
  LayerVersion version{.account = request.caller.account_id, .region = request.caller.region, .name = name};
  DAVIT_ANSWER_ASSIGN(version.runtimes, input::texts(input, "CompatibleRuntimes"));
  DAVIT_ANSWER_ASSIGN(version.architectures, input::texts(input, "CompatibleArchitectures"));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "Description"));
  DAVIT_ANSWER_ASSIGN(const auto license, input::text(input, "LicenseInfo"));
  version.description = description.value_or("");
  version.license = license.value_or("");
  DAVIT_ANSWER_ASSIGN(const std::string zip, zip_file_of(input.value("Content", Json::object())));
  DAVIT_ANSWER_ASSIGN(version.archive, parts.code.add(zip));
  version.created = lambda_time(parts.clock());
  DAVIT_STORED_ASSIGN(const LayerVersion published, parts.layers.publish(version));
  return json_response(201, document_of(published));
}

Answer<ServiceResponse> get_layer_version(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const std::string name, layer_of(request));
  DAVIT_ANSWER_ASSIGN(const int version, version_of(request));
  return found_version(parts, request.caller, name, version);
}

Answer<ServiceResponse> list_layer_versions(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const std::string name, layer_of(request));
  DAVIT_STORED_ASSIGN(const auto versions, parts.layers.versions(request.caller, name));
  Json documents = Json::array();
  for (const auto& version : versions) {
    documents.push_back(summary_of(version));
  }
  return json_response(200, page_of(request, "LayerVersions", std::move(documents)));
}

/// Each layer with its newest version; with find=LayerVersion the path asks for one version by its ARN instead.
Answer<ServiceResponse> list_layers(const LambdaParts& parts, const ServiceRequest& request)
{
  if (const auto arn = front::form_parameter(request.http.url.query, "Arn")) {
    const auto name = parse_layer_name(*arn);
    return found_version(parts, request.caller, name ? name->name : "", name ? name->version : 0);
  }
  DAVIT_STORED_ASSIGN(const auto versions, parts.layers.versions(request.caller));
  Json documents = Json::array();
  for (const auto& version : versions) {
    if (documents.empty() || documents.back().at("LayerName") != version.name) {
      documents.push_back({{"LayerName", version.name}, {"LayerArn", version.layer_arn()}, {"LatestMatchingVersion", summary_of(version)}});
    }
  }
  return json_response(200, page_of(request, "Layers", std::move(documents)));
}

Answer<ServiceResponse> delete_layer_version(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const std::string name, layer_of(request));
  DAVIT_ANSWER_ASSIGN(const int version, version_of(request));
  DAVIT_STORED(parts.layers.erase(request.caller, name, version));
  return ServiceResponse{.status = 204};
}

}  // namespace davit::aws::local::lambda
