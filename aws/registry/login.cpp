// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/login.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>

#include "aws/auth/credentials_document.hpp"
#include "aws/auth/helper_program.hpp"
#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"

namespace davit::aws::registry {
namespace {

namespace fs = std::filesystem;

/// What Docker calls its Hub in these files.
constexpr std::string_view k_docker_hub_key = "https://index.docker.io/v1/";
/// As docker-credential-helpers say that they know nobody.
constexpr std::string_view k_not_found = "credentials not found";
constexpr std::string_view k_identity_token_user = "<token>";

/// "https://host/v2/" -> "host": files of older versions hold URLs.
std::string_view bare_key(std::string_view key)
{
  if (const std::size_t scheme = key.find("://"); scheme != std::string_view::npos) {
    key.remove_prefix(scheme + 3);
  }
  for (const std::string_view suffix : {"/", "/v1", "/v2"}) {
    if (key.ends_with(suffix)) {
      key.remove_suffix(suffix.size());
    }
  }
  return key;
}

/// How well an entry fits: the length of its key when it is the host, or a part of "host/repository" that ends at a slash; else 0.
std::size_t fit_of(std::string_view key, const std::string& host, const std::string& repository)
{
  if (host == "docker.io" && key == k_docker_hub_key) {
    return host.size();
  }
  const std::string whole = host + "/" + repository + "/";
  const std::string wanted = std::string(bare_key(key)) + "/";
  return whole.starts_with(wanted) && wanted.size() > host.size() ? wanted.size() : 0;
}

/// The most specific entry of an object whose members are registries, or nullptr.
const Json* entry_of(const Json& object, const std::string& host, const std::string& repository)
{
  const Json* best = nullptr;
  std::size_t best_fit = 0;
  for (const auto& [key, value] : object.items()) {
    const std::size_t fit = fit_of(key, host, repository);
    if (fit > best_fit) {
      best = &value;
      best_fit = fit;
    }
  }
  return best;
}

/// `auth` is base64 of "user:password"; an entry without one only marks that a store has it.
Result<std::optional<Login>> login_of_entry(const Json& entry, const fs::path& file)
{
  if (const std::string token = text_member(entry, "identitytoken"); !token.empty()) {
    return Login{.user = {}, .password = crypto::Secret(token), .is_identity_token = true, .origin = file.string()};
  }
  const std::string encoded = text_member(entry, "auth");
  if (encoded.empty()) {
    return std::nullopt;
  }
  auto decoded = from_base64(encoded);
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return fail(usage_error(fmt::format("{} holds an entry whose `auth` is no base64 of USER:PASSWORD", file.string()),
                            "sign in anew: docker login or skopeo login"));
  }
  std::string password = decoded->substr(colon + 1);
  // Some versions of Docker pad with NUL.
  password.erase(std::find(password.begin(), password.end(), '\0'), password.end());
  Login login{.user = decoded->substr(0, colon), .password = crypto::Secret(std::move(password)), .origin = file.string()};
  crypto::cleanse(*decoded);
  return login;
}

/// docker-credential-NAME get: the server on stdin, a JSON document on stdout (github.com/docker/docker-credential-helpers).
Result<std::optional<Login>> ask_helper(const std::string& name, const std::string& host)
{
  const std::string program = "docker-credential-" + name;
  const std::string server = host == "docker.io" ? std::string(k_docker_hub_key) : host;
  DAVIT_TRY_ASSIGN(auto output, auth::run_helper_program({.words = {program, "get"}, .input = server + "\n"}));
  if (output.exit_code != 0 && output.text.find(k_not_found) != std::string::npos) {
    return std::nullopt;
  }
  const auto document = parse_json(output.text, program);
  crypto::cleanse(output.text);
  if (output.exit_code != 0 || !document || !document->is_object()) {
    return fail(auth::credentials_error(output.exit_code != 0 ? fmt::format("{} ended with exit code {}", program, output.exit_code)
                                                              : fmt::format("{} printed no JSON document", program),
                                        fmt::format("try: echo {} | {} get", server, program)));
  }
  Login login{.user = text_member(*document, "Username"), .password = crypto::Secret(text_member(*document, "Secret")), .origin = program};
  if (login.user == k_identity_token_user) {
    login.user.clear();
    login.is_identity_token = true;
  }
  return login.password.bytes().empty() ? std::nullopt : std::optional(std::move(login));
}

Result<std::optional<Login>> ask_file(const fs::path& file, const std::string& host, const std::string& repository)
{
  std::error_code error;
  if (!fs::exists(file, error)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(std::string text, read_file(file));
  const auto document = parse_json(text, file.string());
  crypto::cleanse(text);
  if (!document || !document->is_object()) {
    return fail(usage_error(fmt::format("{} is no JSON object", file.string()), "correct it, or sign in anew"));
  }
  if (const Json* helper = entry_of(object_member(*document, "credHelpers"), host, repository); helper != nullptr && helper->is_string()) {
    return ask_helper(helper->get<std::string>(), host);
  }
  if (const Json* entry = entry_of(object_member(*document, "auths"), host, repository)) {
    DAVIT_TRY_ASSIGN(auto login, login_of_entry(*entry, file));
    if (login) {
      return login;
    }
  }
  const std::string store = text_member(*document, "credsStore");
  return store.empty() ? Result<std::optional<Login>>(std::nullopt) : ask_helper(store, host);
}

void add(std::vector<fs::path>& files, const std::optional<std::string>& folder, const char* below)
{
  if (folder) {
    files.push_back(fs::path(*folder) / below);
  }
}

}  // namespace

std::vector<fs::path> login_files(const auth::Environment& environment)
{
  std::vector<fs::path> files;
  if (const auto file = environment.get("REGISTRY_AUTH_FILE")) {
    files.emplace_back(*file);
  }
  const auto home = environment.get("HOME");
  add(files, environment.get("DOCKER_CONFIG"), "config.json");
  add(files, environment.get("XDG_RUNTIME_DIR"), "containers/auth.json");
  const auto config = environment.get("XDG_CONFIG_HOME");
  add(files, config ? config : home, config ? "containers/auth.json" : ".config/containers/auth.json");
  if (!environment.get("DOCKER_CONFIG")) {
    add(files, home, ".docker/config.json");
  }
  return files;
}

LoginSource logins_of_files(std::vector<fs::path> files)
{
  return [files = std::move(files)](const std::string& host, const std::string& repository) -> Result<std::optional<Login>> {
    for (const auto& file : files) {
      DAVIT_TRY_ASSIGN(auto login, ask_file(file, host, repository));
      if (login) {
        return login;
      }
    }
    return std::nullopt;
  };
}

}  // namespace davit::aws::registry
