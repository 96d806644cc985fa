// SPDX-License-Identifier: Apache-2.0
#include "commands/image/push_target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/auth/session.hpp"
#include "aws/ecr/registry_host.hpp"
#include "aws/registry/reference.hpp"

namespace davit::commands::image {
namespace {

namespace registry = aws::registry;

bool is_local(const cli::Context& context)
{
  return context.globals().environment == "local";
}

std::string usual_tag(const cli::Context& context)
{
  const std::string& environment = context.globals().environment;
  return environment.empty() ? "latest" : environment;
}

Status check_tags(const std::vector<std::string>& tags)
{
  for (const auto& tag : tags) {
    if (!registry::is_tag(tag)) {
      return fail(usage_error(fmt::format("'{}' is no tag: letters, digits, '.', '_' and '-', at most 128, and no '.' or '-' first", tag)));
    }
  }
  return {};
}

/// The repository of davit.yaml.
Result<std::string> project_repository(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  if (project == nullptr || project->image.repository.empty()) {
    return fail(usage_error("there is no registry to push to: none was named, and davit.yaml names no image.repository",
                            "write davit image push HOST/REPOSITORY:TAG, or add `image: {repository: NAME}` to davit.yaml"));
  }
  return project->image.repository;
}

registry::LoginSource login_of(aws::ecr::Authorization authorization)
{
  return [authorization = std::move(authorization)](const std::string& host, const std::string&) -> Result<std::optional<registry::Login>> {
    if (host != authorization.host) {
      return std::nullopt;
    }
    return registry::Login{.user = authorization.user, .password = authorization.password, .origin = "Amazon ECR"};
  };
}

/// AWS_CA_BUNDLE speaks for registries too: a proxy that opens TLS stands before both.
Result<aws::http::ClientSettings> http_settings(aws::auth::Session& session)
{
  DAVIT_TRY_ASSIGN(const auto bundle, session.setting("AWS_CA_BUNDLE", "ca_bundle"));
  return bundle ? aws::http::ClientSettings{.ca_bundle = bundle->value} : aws::http::ClientSettings{};
}

Result<std::shared_ptr<aws::ecr::Client>> ecr_client(aws::auth::Session& session, const std::string& region)
{
  if (region.empty()) {
    return std::make_shared<aws::ecr::Client>(session);
  }
  DAVIT_TRY_ASSIGN(auto client, aws::ecr::Client::in_region(session, region));
  return std::make_shared<aws::ecr::Client>(std::move(client));
}

/// The caller's own ECR, or the one that the host names.
Result<PushTarget> ecr_target(aws::auth::Session& session, const std::string& host, const std::string& repository)
{
  const auto named = aws::ecr::registry_of_host(host);
  PushTarget target{.host = host, .repository = repository};
  DAVIT_TRY_ASSIGN(target.ecr, ecr_client(session, named ? named->region : ""));
  DAVIT_TRY_ASSIGN(auto authorization, target.ecr->get_authorization_token(named ? named->account : ""));
  // A name with -fips or of two address families is the same registry's, whose token names the usual one.
  if (named) {
    authorization.host = host;
  }
  if (!host.empty() && host != authorization.host) {
    return fail(
        usage_error(fmt::format("--env local pushes to the local registry, {}, not to {}", authorization.host, host),
                    fmt::format("write davit image push {}/{} --env local, or leave --env local out", authorization.host, repository)));
  }
  target.host = authorization.host;
  target.authorizer = std::make_shared<registry::Authorizer>(login_of(std::move(authorization)));
  return target;
}

Result<PushTarget> resolve(cli::Context& context, const std::string& host, const std::string& repository)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(auto http, http_settings(*session));
  PushTarget target{.host = host, .repository = repository};
  if (host.empty() || is_local(context) || aws::ecr::registry_of_host(host)) {
    DAVIT_TRY_ASSIGN(target, ecr_target(*session, host, repository));
  } else {
    target.authorizer =
        std::make_shared<registry::Authorizer>(registry::logins_of_files(registry::login_files(session->settings().environment)));
  }
  target.http = std::move(http);
  return target;
}

}  // namespace

Result<PushTarget> push_target(cli::Context& context, const std::string& typed, const std::vector<std::string>& tags)
{
  std::string host;
  std::string repository;
  std::string tag = typed.starts_with(':') ? typed.substr(1) : "";
  if (typed.empty() || !tag.empty()) {
    DAVIT_TRY_ASSIGN(repository, project_repository(context));
  } else {
    DAVIT_TRY_ASSIGN(const auto reference, registry::parse_reference(typed));
    if (!reference.digest.empty()) {
      return fail(usage_error(fmt::format("'{}' names a digest, and an image is pushed under a tag", typed), "leave @sha256:... out"));
    }
    host = reference.host;
    repository = reference.repository;
    tag = reference.tag;
  }
  std::vector<std::string> all = tags;
  if (!tag.empty()) {
    all.insert(all.begin(), tag);
  }
  if (all.empty()) {
    all.push_back(usual_tag(context));
  }
  DAVIT_TRY(check_tags(all));
  DAVIT_TRY_ASSIGN(PushTarget target, resolve(context, host, repository));
  target.tags = std::move(all);
  return target;
}

Result<std::shared_ptr<aws::registry::Authorizer>> authorizer_for(cli::Context& context, const std::string& host)
{
  return resolve(context, host, "").map([](PushTarget target) { return target.authorizer; });
}

}  // namespace davit::commands::image
