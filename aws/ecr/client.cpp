// SPDX-License-Identifier: Apache-2.0
#include "aws/ecr/client.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json_members.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::ecr {
namespace {

Json image_id(const std::string& version)
{
  return {{version.starts_with("sha256:") ? "imageDigest" : "imageTag", version}};
}

Repository repository_of(const Json& object)
{
  return {.name = text_member(object, "repositoryName"),
          .uri = text_member(object, "repositoryUri"),
          .tag_mutability = text_member(object, "imageTagMutability"),
          .scan_on_push = flag_member(object_member(object, "imageScanningConfiguration"), "scanOnPush")};
}

bool is_code(const Error& error, std::string_view code)
{
  return error.service && error.service->code == code;
}

/// A basic finding keeps the package in a list of names and values.
Finding basic_finding(const Json& object)
{
  Finding out{.id = text_member(object, "name"),
              .severity = text_member(object, "severity"),
              .uri = text_member(object, "uri"),
              .description = text_member(object, "description")};
  for (const auto& attribute : array_member(object, "attributes")) {
    const std::string key = text_member(attribute, "key");
    if (key == "package_name" || key == "package_version") {
      (key == "package_name" ? out.package : out.version) = text_member(attribute, "value");
    }
  }
  return out;
}

Finding enhanced_finding(const Json& object)
{
  const Json& details = object_member(object, "packageVulnerabilityDetails");
  const Json& packages = array_member(details, "vulnerablePackages");
  const Json first = packages.empty() ? Json::object() : packages.front();
  return {.id = text_member(details, "vulnerabilityId"),
          .severity = text_member(object, "severity"),
          .package = text_member(first, "name"),
          .version = text_member(first, "version"),
          .uri = text_member(details, "sourceUrl"),
          .description = text_member(object, "description")};
}

void read_page(const Json& page, ScanResult& out)
{
  const Json& status = object_member(page, "imageScanStatus");
  out.status = text_member(status, "status");
  out.description = text_member(status, "description");
  out.digest = text_member(object_member(page, "imageId"), "imageDigest");
  const Json& found = object_member(page, "imageScanFindings");
  if (const auto seconds = number_member(found, "imageScanCompletedAt")) {
    out.completed = TimePoint{std::chrono::milliseconds{std::llround(*seconds * 1000)}};
  }
  for (const auto& finding : array_member(found, "findings")) {
    out.findings.push_back(basic_finding(finding));
  }
  for (const auto& finding : array_member(found, "enhancedFindings")) {
    out.findings.push_back(enhanced_finding(finding));
  }
}

}  // namespace

Result<Client> Client::in_region(auth::Session& session, const std::string& region)
{
  DAVIT_TRY_ASSIGN(auto credentials, session.credentials());
  return Client(session, {.credentials = std::move(credentials), .region = region});
}

Result<Authorization> Client::get_authorization_token(const std::string& account)
{
  const Json input = account.empty() ? Json::object() : Json{{"registryIds", Json::array({account})}};
  DAVIT_TRY_ASSIGN(const Json answer, m_service.call_json({.operation = "GetAuthorizationToken", .body = dump_json(input)}));
  const Json& list = array_member(answer, "authorizationData");
  const Json data = list.empty() ? Json::object() : list.front();
  auto pair = from_base64(text_member(data, "authorizationToken"));
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  const auto endpoint = parse_url(text_member(data, "proxyEndpoint"));
  if (colon == std::string::npos || !endpoint) {
    return fail(failed_error("ECR answered GetAuthorizationToken without a token or without the registry's address"));
  }
  Authorization out{.host = endpoint->authority(), .user = pair->substr(0, colon), .password = crypto::Secret(pair->substr(colon + 1))};
  crypto::cleanse(*pair);
  return out;
}

Result<std::optional<Repository>> Client::find_repository(const std::string& name)
{
  const Json input = {{"repositoryNames", Json::array({name})}};
  auto answer = m_service.call_json({.operation = "DescribeRepositories", .body = dump_json(input)});
  if (!answer) {
    return is_code(answer.error(), "RepositoryNotFoundException") ? Result<std::optional<Repository>>(std::nullopt)
                                                                  : fail(std::move(answer).error());
  }
  const Json& list = array_member(*answer, "repositories");
  return list.empty() ? std::nullopt : std::optional(repository_of(list.front()));
}

Result<Repository> Client::create_repository(const CreateRepositoryInput& input)
{
  const Json body = {{"repositoryName", input.name},
                     {"imageTagMutability", input.immutable_tags ? "IMMUTABLE" : "MUTABLE"},
                     {"imageScanningConfiguration", {{"scanOnPush", input.scan_on_push}}}};
  return m_service.call_json({.operation = "CreateRepository", .body = dump_json(body), .effect = auth::Effect::write})
      .map([](const Json& answer) { return repository_of(object_member(answer, "repository")); });
}

Status Client::start_image_scan(const std::string& repository, const std::string& version)
{
  const Json body = {{"repositoryName", repository}, {"imageId", image_id(version)}};
  return m_service.call_json({.operation = "StartImageScan", .body = dump_json(body), .effect = auth::Effect::write}).map([](const Json&) {
  });
}

Result<std::optional<ScanResult>> Client::find_scan(const std::string& repository, const std::string& version)
{
  Json input = {{"repositoryName", repository}, {"imageId", image_id(version)}};
  ScanResult out;
  while (true) {
    auto page = m_service.call_json({.operation = "DescribeImageScanFindings", .body = dump_json(input)});
    if (!page) {
      return is_code(page.error(), "ScanNotFoundException") ? Result<std::optional<ScanResult>>(std::nullopt)
                                                            : fail(std::move(page).error());
    }
    read_page(*page, out);
    const std::string next = text_member(*page, "nextToken");
    if (next.empty()) {
      return out;
    }
    input["nextToken"] = next;
  }
}

}  // namespace davit::aws::ecr
