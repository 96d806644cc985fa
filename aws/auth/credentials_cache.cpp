// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credentials_cache.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "aws/auth/credentials_document.hpp"
#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::aws::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes k_least_left{15};

/// As Python's json.dumps(..., sort_keys=True) writes it: ASCII alone, with these separators.
std::string python_json(const std::map<std::string, Json>& members, std::string_view between, std::string_view after_name)
{
  std::string out;
  for (const auto& [name, value] : members) {
    out += fmt::format("{}\"{}\"{}{}", out.empty() ? "" : between, name, after_name,
                       value.dump(-1, ' ', true, Json::error_handler_t::replace));
  }
  return "{" + out + "}";
}

std::string name_of(const std::string& text)
{
  return to_hex(crypto::sha1(text));
}

void add(std::map<std::string, Json>& members, const char* name, const std::string& value)
{
  if (!value.empty()) {
    members[name] = value;
  }
}

/// Whoever else may read this folder may use what is in it.
bool make_private_folder(const fs::path& folder)
{
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  return !error;
}

}  // namespace

std::string cache_name(const RoleStep& role)
{
  std::map<std::string, Json> members{{"RoleArn", role.role_arn}};
  add(members, "RoleSessionName", role.session_name);
  add(members, "ExternalId", role.external_id);
  add(members, "SerialNumber", role.mfa_serial);
  if (role.duration) {
    members["DurationSeconds"] = role.duration->count();
  }
  return name_of(python_json(members, ", ", ": "));
}

std::string cache_name(const SsoRole& role)
{
  std::map<std::string, Json> members{{"accountId", role.account_id}, {"roleName", role.role_name}};
  const bool has_session = !role.session_name.empty();
  members[has_session ? "sessionName" : "startUrl"] = has_session ? role.session_name : role.start_url;
  return name_of(python_json(members, ",", ":"));
}

std::optional<Credentials> find_in_cache(const fs::path& folder, const std::string& name, TimePoint now)
{
  const fs::path path = folder / (name + ".json");
  std::error_code error;
  if (folder.empty() || !fs::is_regular_file(fs::symlink_status(path, error))) {
    return std::nullopt;
  }
  const auto text = read_file(path);
  const auto document = text ? parse_json(*text, name) : fail(Error{});
  if (!document) {
    return std::nullopt;
  }
  auto credentials = parse_credentials_document(dump_json(object_member(*document, "Credentials")), "SessionToken", path.string());
  const bool lasts = credentials && credentials->expires_at && *credentials->expires_at > now + k_least_left;
  return lasts ? std::optional(std::move(*credentials)) : std::nullopt;
}

void keep_in_cache(const fs::path& folder, const std::string& name, const Credentials& credentials)
{
  if (folder.empty() || !credentials.expires_at || !make_private_folder(folder)) {
    return;
  }
  OrderedJson inner = {{"AccessKeyId", credentials.access_key_id},
                       {"SecretAccessKey", credentials.secret_access_key},
                       {"SessionToken", credentials.session_token},
                       {"Expiration", to_rfc3339(*credentials.expires_at)}};
  if (!credentials.account_id.empty()) {
    inner["AccountId"] = credentials.account_id;
  }
  static_cast<void>(write_file(folder / (name + ".json"), OrderedJson{{"Credentials", inner}}.dump(), Access::owner_only));
}

}  // namespace davit::aws::auth
