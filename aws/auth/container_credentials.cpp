// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/container_credentials.hpp"

#include <fmt/format.h>

#include "aws/auth/credentials_document.hpp"
#include "aws/auth/metadata_request.hpp"
#include "aws/core/file.hpp"

namespace davit::aws::auth {
namespace {

constexpr const char* k_relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* k_full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* k_token = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr const char* k_token_file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
/// The agents of ECS and of EKS.
constexpr std::string_view k_agents[] = {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
constexpr int k_attempts = 3;
constexpr std::chrono::seconds k_container_patience{2};

bool may_be_asked(const Url& url)
{
  const bool is_agent = std::find(std::begin(k_agents), std::end(k_agents), url.host) != std::end(k_agents);
  return url.scheme == "https" || url.is_loopback() || is_agent;
}

Result<std::optional<std::string>> authorization(const Environment& environment)
{
  std::optional<std::string> token = environment.get(k_token);
  if (const auto file = environment.get(k_token_file)) {
    DAVIT_TRY_ASSIGN(token, read_file(*file));
    token->erase(token->find_last_not_of("\r\n") + 1);
  }
  if (token && token->find_first_of("\r\n") != std::string::npos) {
    return fail(usage_error(fmt::format("the token of {} holds a line break", environment.get(k_token_file) ? k_token_file : k_token)));
  }
  return token;
}

}  // namespace

Result<std::optional<Url>> container_credentials_url(const Environment& environment)
{
  const auto relative = environment.get(k_relative);
  const auto full = environment.get(k_full);
  if (!relative && !full) {
    return std::optional<Url>{};
  }
  auto url = parse_url(relative ? fmt::format("http://{}{}", k_agents[0], *relative) : *full);
  if (!url || (relative && !relative->starts_with('/'))) {
    return fail(usage_error(fmt::format("{}: '{}' is no usable address", relative ? k_relative : k_full, relative ? *relative : *full),
                            relative ? "it begins with /" : "write it as https://HOST/PATH, or http:// to loopback"));
  }
  if (!may_be_asked(*url)) {
    return fail(usage_error(fmt::format("{}: {} may not be asked for credentials", k_full, url->authority()),
                            "only https, loopback, and the agents of ECS and EKS may"));
  }
  return std::optional(std::move(*url));
}

Result<Credentials> get_container_credentials(const Environment& environment, http::Client& client)
{
  DAVIT_TRY_ASSIGN(const auto url, container_credentials_url(environment));
  if (!url) {
    return fail(credentials_error(fmt::format("neither {} nor {} is set", k_relative, k_full)));
  }
  http::Request request{.method = "GET", .url = *url, .headers = {{"Accept", "application/json"}}};
  DAVIT_TRY_ASSIGN(const auto token, authorization(environment));
  if (token) {
    request.headers.add("Authorization", *token);
  }
  DAVIT_TRY_ASSIGN(const std::string body, ask_metadata(client, request, k_attempts, k_container_patience));
  return parse_credentials_document(body, "Token", url->authority());
}

}  // namespace davit::aws::auth
