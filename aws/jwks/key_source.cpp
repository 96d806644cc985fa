// SPDX-License-Identifier: Apache-2.0
#include "aws/jwks/key_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/http/client.hpp"

namespace davit::aws::jwks {
namespace {

constexpr std::chrono::hours k_lifetime{2};
constexpr std::chrono::minutes k_least_age{1};
constexpr std::chrono::seconds k_failure_lifetime{5};
constexpr std::size_t k_largest_document = 1 << 20;

Result<std::string> get(http::Client& client, const std::string& address)
{
  DAVIT_TRY_ASSIGN(auto url, parse_url(address));
  const http::Request request{.url = std::move(url), .headers = {{"Accept", "application/json"}}};
  auto sent = client.send(request, {.read_timeout = std::chrono::seconds(5), .max_body_bytes = k_largest_document});
  DAVIT_TRY_ASSIGN(auto response, std::move(sent.response));
  if (response.status != 200) {
    return fail(Error{.kind = ErrorKind::unavailable, .message = fmt::format("{} answered with status {}", address, response.status)});
  }
  return std::move(response.body);
}

/// The discovery document must name the issuer that it was asked for (OpenID Connect Discovery 1.0 section 4.3).
Result<std::string> keys_address(http::Client& client, const std::string& issuer)
{
  const std::string address = issuer + (issuer.ends_with('/') ? "" : "/") + ".well-known/openid-configuration";
  DAVIT_TRY_ASSIGN(const auto text, get(client, address));
  DAVIT_TRY_ASSIGN(const Json document, parse_json(text, address));
  const auto member = [&](const char* name) {
    const auto found = document.is_object() ? document.find(name) : document.end();
    return document.is_object() && found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (member("issuer") != issuer) {
    return fail(failed_error(fmt::format("{} is of another issuer: '{}'", address, member("issuer"))));
  }
  if (member("jwks_uri").empty()) {
    return fail(failed_error(fmt::format("{} names no jwks_uri", address)));
  }
  return member("jwks_uri");
}

}  // namespace

Result<KeySource::Keys> KeySource::fetched()
{
  http::Client client;
  DAVIT_TRY_ASSIGN(const auto address, keys_address(client, m_issuer));
  DAVIT_TRY_ASSIGN(const auto text, get(client, address));
  DAVIT_TRY_ASSIGN(auto keys, jose::parse_key_file(text, address));
  return std::make_shared<const jose::KeySet>(std::move(keys));
}

bool KeySource::is_younger_than(std::chrono::milliseconds age) const
{
  return m_answer && m_clock() - m_fetched < age;
}

Result<KeySource::Keys> KeySource::keys()
{
  const std::lock_guard lock(m_mutex);
  const bool is_good = m_answer && m_answer->has_value();
  if (!is_younger_than(is_good ? std::chrono::milliseconds(k_lifetime) : std::chrono::milliseconds(k_failure_lifetime))) {
    m_answer = fetched();
    m_fetched = m_clock();
  }
  return *m_answer;
}

Result<KeySource::Keys> KeySource::keys_with(const std::string& key_id)
{
  DAVIT_TRY_ASSIGN(const auto known, keys());
  const auto has_id = [&](const Keys& keys) {
    return std::any_of(keys->keys.begin(), keys->keys.end(), [&](const jose::TokenKey& key) { return key.id == key_id; });
  };
  if (has_id(known)) {
    return known;
  }
  const std::lock_guard lock(m_mutex);
  if (!is_younger_than(k_least_age)) {
    // Keys that are known stay good while the issuer cannot be reached.
    if (auto anew = fetched()) {
      m_answer = std::move(anew);
    }
    m_fetched = m_clock();
  }
  return *m_answer;
}

}  // namespace davit::aws::jwks
