// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/function.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::aws::local::lambda {
namespace {

Json image_config_of(const ImageOverrides& image)
{
  Json config = Json::object();
  if (!image.entrypoint.empty()) {
    config["EntryPoint"] = image.entrypoint;
  }
  if (!image.command.empty()) {
    config["Command"] = image.command;
  }
  if (!image.working_directory.empty()) {
    config["WorkingDirectory"] = image.working_directory;
  }
  return config;
}

void add_package(Json& document, const ZipPackage& package)
{
  document["Runtime"] = package.runtime;
  document["Handler"] = package.handler;
  for (const auto& layer : package.layers) {
    document["Layers"].push_back({{"Arn", layer.arn}, {"CodeSize", layer.archive.size}});
  }
}

std::string resolved_uri(const Function& function)
{
  const auto slash = function.image_uri.rfind('/');
  const auto tag = function.image_uri.find_first_of(":@", slash == std::string::npos ? 0 : slash);
  return fmt::format("{}@{}", function.image_uri.substr(0, tag), function.image_digest);
}

/// Without a Location for an archive: there is no S3 here that would give it out.
Json code_document(const Function& function)
{
  if (function.package) {
    return {{"RepositoryType", "S3"}};
  }
  return {{"RepositoryType", "ECR"}, {"ImageUri", function.image_uri}, {"ResolvedImageUri", resolved_uri(function)}};
}

}  // namespace

std::string Function::code_sha256() const
{
  return package ? package->code.code_sha256() : image_digest.substr(image_digest.find(':') + 1);
}

std::string Function::arn() const
{
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, name);
}

std::string Function::arn_with(const std::string& qualifier) const
{
  return arn() + ":" + qualifier;
}

Caller Function::caller() const
{
  return {.account_id = account, .region = region};
}

Json to_json(const Function& function)
{
  Json document{{"account", function.account},
                {"region", function.region},
                {"name", function.name},
                {"version", function.version},
                {"role", function.role},
                {"description", function.description},
                {"imageUri", function.image_uri},
                {"imageDigest", function.image_digest},
                {"architecture", function.architecture},
                {"timeoutS", function.timeout_s},
                {"memoryMb", function.memory_mb},
                {"ephemeralStorageMb", function.ephemeral_storage_mb},
                {"environment", function.environment},
                {"entrypoint", function.image.entrypoint},
                {"command", function.image.command},
                {"workingDirectory", function.image.working_directory},
                {"logGroup", function.log_group},
                {"lastModified", function.last_modified},
                {"revisionId", function.revision_id},
                {"deploymentId", function.deployment_id},
                {"fingerprint", function.fingerprint},
                {"lastVersion", function.last_version},
                {"tags", function.tags}};
  if (function.package) {
    document["package"] = to_json(*function.package);
  }
  return document;
}

Function function_from_json(const Json& document)
{
  return {.account = document.at("account"),
          .region = document.at("region"),
          .name = document.at("name"),
          .version = document.value("version", k_latest),
          .role = document.at("role"),
          .description = document.at("description"),
          .image_uri = document.at("imageUri"),
          .image_digest = document.at("imageDigest"),
          .architecture = document.at("architecture"),
          .timeout_s = document.at("timeoutS"),
          .memory_mb = document.at("memoryMb"),
          .ephemeral_storage_mb = document.at("ephemeralStorageMb"),
          .environment = document.at("environment"),
          .image = {.entrypoint = document.at("entrypoint"),
                    .command = document.at("command"),
                    .working_directory = document.at("workingDirectory")},
          .package = document.contains("package") ? std::optional(package_from_json(document["package"])) : std::nullopt,
          .log_group = document.at("logGroup"),
          .last_modified = document.at("lastModified"),
          .revision_id = document.at("revisionId"),
          .deployment_id = document.value("deploymentId", ""),
          .fingerprint = document.value("fingerprint", ""),
          .last_version = document.value("lastVersion", 0),
          .tags = document.at("tags")};
}

std::string content_digest(const Function& function)
{
  Json content = to_json(function);
  for (const char* member : {"version", "lastModified", "revisionId", "deploymentId", "fingerprint", "lastVersion", "tags", "imageUri"}) {
    content.erase(member);
  }
  return to_hex(crypto::sha256(dump_json(content)));
}

Json configuration_document(const Function& function, const std::string& arn)
{
  Json document = {{"FunctionName", function.name},
                   {"FunctionArn", arn},
                   {"Role", function.role},
                   {"CodeSize", function.package ? function.package->code.size : 0},
                   {"Description", function.description},
                   {"Timeout", function.timeout_s},
                   {"MemorySize", function.memory_mb},
                   {"LastModified", function.last_modified},
                   {"CodeSha256", function.code_sha256()},
                   {"Version", function.version},
                   {"TracingConfig", {{"Mode", "PassThrough"}}},
                   {"RevisionId", function.revision_id},
                   {"State", "Active"},
                   {"LastUpdateStatus", "Successful"},
                   {"PackageType", function.package ? "Zip" : "Image"},
                   {"Architectures", Json::array({function.architecture})},
                   {"EphemeralStorage", {{"Size", function.ephemeral_storage_mb}}},
                   {"SnapStart", {{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}},
                   {"LoggingConfig", {{"LogFormat", "Text"}, {"LogGroup", function.log_group}}}};
  if (!function.environment.empty()) {
    document["Environment"]["Variables"] = function.environment;
  }
  if (function.package) {
    add_package(document, *function.package);
  }
  if (const Json overrides = image_config_of(function.image); !overrides.empty()) {
    document["ImageConfigResponse"]["ImageConfig"] = overrides;
  }
  return document;
}

Json changing_document(const Function& function, const std::string& arn, Change change)
{
  Json document = configuration_document(function, arn);
  if (change == Change::created) {
    document["State"] = "Pending";
    document["StateReason"] = "The function is being created.";
    document["StateReasonCode"] = "Creating";
    document.erase("LastUpdateStatus");
  } else {
    document["LastUpdateStatus"] = "InProgress";
    document["LastUpdateStatusReason"] = "The function is being created.";
    document["LastUpdateStatusReasonCode"] = "Creating";
  }
  return document;
}

Json function_document(const Function& function, const std::string& arn)
{
  Json document = {{"Configuration", configuration_document(function, arn)}, {"Code", code_document(function)}};
  if (!function.tags.empty()) {
    document["Tags"] = function.tags;
  }
  return document;
}

}  // namespace davit::aws::local::lambda
