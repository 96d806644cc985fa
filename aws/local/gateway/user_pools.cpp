// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/user_pools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/crypto/random.hpp"
#include "aws/jose/jwk.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr int k_key_bits = 2048;
constexpr std::size_t k_longest_id = 55;

bool is_alphanumeric(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// "[\w-]+_[0-9a-zA-Z]+": https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html
bool is_user_pool(std::string_view id)
{
  const auto end = id.rfind('_');
  if (end == std::string_view::npos || end == 0 || end + 1 == id.size() || id.size() > k_longest_id) {
    return false;
  }
  const auto region = id.substr(0, end);
  const auto name = id.substr(end + 1);
  return std::all_of(region.begin(), region.end(), [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }) &&
         std::all_of(name.begin(), name.end(), is_alphanumeric);
}

Result<crypto::Secret> new_key()
{
  DAVIT_TRY_ASSIGN(auto key, crypto::generate_rsa(k_key_bits));
  return jose::to_jwk({.material = std::move(key), .id = to_base64(crypto::random_bytes(32)), .algorithm = jose::Algorithm::rs256},
                      crypto::KeyPart::whole);
}

http::Response document(int status, const Json& body)
{
  return {.status = status, .headers = {{"content-type", "application/json"}}, .body = dump_json(body)};
}

}  // namespace

std::optional<std::string> user_pool_of_arn(const std::string& arn)
{
  constexpr std::string_view k_type = ":userpool/";
  const auto at = arn.find(k_type);
  const std::string pool = at == std::string::npos ? "" : arn.substr(at + k_type.size());
  return arn.starts_with("arn:aws:cognito-idp:") && is_user_pool(pool) ? std::optional(pool) : std::nullopt;
}

std::optional<std::string> user_pool_of_issuer(const std::string& issuer)
{
  const auto at = issuer.rfind('/');
  const std::string pool = at == std::string::npos ? "" : issuer.substr(at + 1);
  return is_user_pool(pool) && issuer_of_user_pool(pool) == issuer ? std::optional(pool) : std::nullopt;
}

std::string issuer_of_user_pool(const std::string& pool)
{
  return fmt::format("https://cognito-idp.{}.amazonaws.com/{}", pool.substr(0, pool.find('_')), pool);
}

std::filesystem::path UserPools::file_of(const std::string& pool) const
{
  return m_folder / (pool + ".jwk");
}

Result<UserPools::Keys> UserPools::keys(const std::string& pool)
{
  const std::lock_guard lock(m_mutex);
  const auto file = file_of(pool);
  std::error_code missing;
  if (!std::filesystem::exists(file, missing)) {
    std::filesystem::create_directories(m_folder, missing);
    DAVIT_TRY_ASSIGN(const auto key, new_key());
    DAVIT_TRY(write_file(file, key.bytes(), Access::owner_only));
  }
  const auto changed = std::filesystem::last_write_time(file, missing);
  auto& kept = m_kept[pool];
  if (!kept.keys || kept.changed != changed) {
    DAVIT_TRY_ASSIGN(const auto text, read_file(file));
    DAVIT_TRY_ASSIGN(auto keys, jose::parse_key_file(text, file.string()));
    kept = {.changed = changed, .keys = std::make_shared<const jose::KeySet>(std::move(keys))};
  }
  return kept.keys;
}

std::optional<http::Response> UserPools::answer(const http::Request& request)
{
  constexpr std::string_view k_well_known = "/.well-known/";
  const std::string& path = request.url.path;
  const auto at = path.find(k_well_known);
  const std::string pool = at == std::string::npos || at == 0 ? "" : path.substr(1, at - 1);
  if (request.method != "GET" || !is_user_pool(pool)) {
    return std::nullopt;
  }
  std::error_code missing;
  if (!std::filesystem::exists(file_of(pool), missing)) {
    return document(400, {{"message", fmt::format("User pool {} does not exist.", pool)}});
  }
  const std::string name = path.substr(at + k_well_known.size());
  return name == "jwks.json"              ? std::optional(key_set(pool))
         : name == "openid-configuration" ? std::optional(configuration(pool))
                                          : std::nullopt;
}

http::Response UserPools::key_set(const std::string& pool)
{
  const auto known = keys(pool);
  const auto set = known ? jose::to_jwk_set((*known)->keys, crypto::KeyPart::public_part) : fail(known.error());
  return set ? http::Response{.status = 200, .headers = {{"content-type", "application/json"}}, .body = std::string(set->bytes())}
             : document(500, {{"message", set.error().message}});
}

http::Response UserPools::configuration(const std::string& pool) const
{
  return document(200, {{"issuer", issuer_of_user_pool(pool)},
                        {"jwks_uri", fmt::format("{}/{}/.well-known/jwks.json", m_endpoint, pool)},
                        {"id_token_signing_alg_values_supported", {"RS256"}},
                        {"subject_types_supported", {"public"}},
                        {"response_types_supported", {"code", "token"}}});
}

}  // namespace davit::aws::local::gateway
