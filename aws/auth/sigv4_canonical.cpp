// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/sigv4_canonical.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "aws/core/encoding.hpp"
#include "aws/core/uri.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/secret.hpp"

namespace davit::aws::auth::sigv4 {
namespace {

constexpr std::size_t k_usual_size = 512;  // of a canonical request

std::string lower_case(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return out;
}

std::string without_dot_segments(std::string_view path)
{
  std::vector<std::string_view> kept;
  for_each_part(path, '/', [&](std::string_view segment) {
    if (segment == "..") {
      kept.resize(kept.empty() ? 0 : kept.size() - 1);
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  });
  std::string out = fmt::format("/{}", fmt::join(kept, "/"));
  return path.ends_with('/') && !kept.empty() ? out + '/' : out;
}

std::string signing_key(std::string_view secret, const Scope& scope)
{
  std::string key = "AWS4" + std::string(secret);
  for (const std::string_view part :
       {std::string_view(scope.date), std::string_view(scope.region), std::string_view(scope.service), std::string_view("aws4_request")}) {
    std::string next = crypto::hmac_sha256(key, part);
    crypto::cleanse(key);
    key = std::move(next);
  }
  return key;
}

/// A key ready to sign with, and what it was made of.
struct KeptKey {
  std::string secret;
  Scope scope;
  crypto::Hmac key;

  KeptKey(std::string_view its_secret, const Scope& its_scope) : secret(its_secret), scope(its_scope), key(ready(its_secret, its_scope)) {}
  KeptKey(const KeptKey&) = delete;
  KeptKey& operator=(const KeptKey&) = delete;
  ~KeptKey() { crypto::cleanse(secret); }

  static crypto::Hmac ready(std::string_view secret, const Scope& scope)
  {
    std::string key = signing_key(secret, scope);
    crypto::Hmac hmac(crypto::Hash::sha256, key);
    crypto::cleanse(key);
    return hmac;
  }
};

/// One secret and one scope sign all day: the last key of each thread is kept, which saves ten of the fourteen blocks to hash.
std::string signature_of(std::string_view string_to_sign, std::string_view secret, const Scope& scope)
{
  thread_local std::optional<KeptKey> kept;
  if (!kept || kept->scope != scope || kept->secret != secret) {
    kept.emplace(secret, scope);
  }
  return to_hex(kept->key.mac(string_to_sign));
}

bool is_white(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Most values have single spaces between their words, and nothing else that is white.
bool is_canonical(std::string_view value)
{
  bool after_space = true;
  for (const char c : value) {
    if (is_white(c) && (after_space || c != ' ')) {
      return false;
    }
    after_space = c == ' ';
  }
  return !after_space || value.empty();
}

}  // namespace

std::string canonical_path(std::string_view wire_path, std::string_view service, NormalizePath normalize)
{
  if (wire_path.empty()) {
    return "/";
  }
  if (service == "s3") {
    // Encoded once, as S3 encodes the key itself: what is encoded on the wire stays, what stands there raw would not.
    return percent_encode(wire_path, "/%");
  }
  return percent_encode(normalize == NormalizePath::yes ? without_dot_segments(wire_path) : wire_path, "/");
}

Parameters parameters_of(std::string_view query)
{
  Parameters out;
  for_each_part(query, '&', [&](std::string_view pair) {
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    if (!pair.empty()) {
      out.emplace_back(percent_decode(pair.substr(0, equals)), percent_decode(value));
    }
  });
  return out;
}

std::string canonical_query(const Parameters& parameters)
{
  Parameters encoded;
  for (const auto& [name, value] : parameters) {
    encoded.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) {
    out += (out.empty() ? "" : "&") + name + "=" + value;
  }
  return out;
}

std::string canonical_value(std::string_view value)
{
  if (is_canonical(value)) {
    return std::string(value);
  }
  std::string out;
  out.reserve(value.size());
  for (const auto* at = value.begin(); at != value.end();) {
    const auto* first = std::find_if_not(at, value.end(), is_white);
    at = std::find_if(first, value.end(), is_white);
    if (first != at) {
      out.append(out.empty() ? "" : " ").append(first, at);
    }
  }
  return out;
}

CanonicalHeaders canonical_headers(const http::Request& request)
{
  CanonicalHeaders out;
  for (const auto& [name, value] : request.headers.fields()) {
    auto [at, inserted] = out.try_emplace(lower_case(name), canonical_value(value));
    if (!inserted) {
      at->second += "," + canonical_value(value);
    }
  }
  out.try_emplace("host", request.url.authority());
  return out;
}

std::string canonical_request(std::string_view method, std::string_view path, std::string_view query, const CanonicalHeaders& headers,
                              const std::vector<std::string>& signed_names, std::string_view payload_hash)
{
  std::string out;
  out.reserve(k_usual_size);
  out.append(method).append("\n").append(path).append("\n").append(query).append("\n");
  for (const auto& name : signed_names) {
    const auto found = headers.find(name);
    out.append(name).append(":").append(found == headers.end() ? std::string_view() : found->second).append("\n");
  }
  for (const auto& name : signed_names) {
    out.append(&name == &signed_names.front() ? "\n" : ";").append(name);
  }
  return out.append(signed_names.empty() ? "\n\n" : "\n").append(payload_hash);
}

Signing finish(std::string canonical, std::string_view timestamp, const Scope& scope, std::string_view secret)
{
  Signing out;
  out.string_to_sign.append(k_algorithm).append("\n").append(timestamp).append("\n");
  out.string_to_sign.append(scope.to_string()).append("\n").append(to_hex(crypto::sha256(canonical)));
  out.signature = signature_of(out.string_to_sign, secret, scope);
  out.canonical_request = std::move(canonical);
  return out;
}

}  // namespace davit::aws::auth::sigv4
