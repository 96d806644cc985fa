// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/http/client.hpp"
#include "aws/registry/authorizer.hpp"

namespace davit::aws::registry {

/// One request to a registry.
struct Call {
  std::string method = "GET";
  Url url;
  Access access;
  http::Headers headers = {};
  std::optional<std::string_view> body = std::nullopt;  ///< not copied
  bool once = false;                                    ///< never repeated by itself: the caller asks first what has arrived
  decltype(http::SendOptions::on_body) on_body = {};
  decltype(http::SendOptions::on_sent) on_sent = {};
};

/// Requests with everything around them: authorization, repetition, redirections. For one thread.
class Exchange
{
public:
  Exchange(Url registry, std::shared_ptr<Authorizer> authorizer, const http::ClientSettings& settings)
      : m_registry(std::move(registry)), m_authorizer(std::move(authorizer)), m_http(settings)
  {
  }

  /// Any answer but a 401 that can be answered and a redirection that is followed (GET and HEAD alone). Credentials go to the registry's
  /// own scheme, host and port, and nowhere else.
  http::TransferResult send(const Call& call);

  [[nodiscard]] const Url& registry() const { return m_registry; }

private:
  http::TransferResult attempt(const Call& call, const Url& url, const std::string& authorization);
  http::TransferResult authorized(const Call& call);

  Url m_registry;
  std::shared_ptr<Authorizer> m_authorizer;
  http::Client m_http;
};

}  // namespace davit::aws::registry
