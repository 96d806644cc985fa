// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/url_servers.hpp"

namespace davit::aws::local::lambda {
namespace {

/// As of a synchronous invocation.
constexpr std::size_t k_request_limit = 6 * 1024 * 1024;

}  // namespace

Status UrlServers::open_all()
{
  DAVIT_TRY_ASSIGN(const auto urls, m_settings.all(k_url));
  for (const auto& url : urls) {
    const std::uint16_t before = url.document.at("port");
    const auto& qualifier = url.document.at("qualifier");
    DAVIT_TRY_ASSIGN(const auto port, open({url.owner, url.function, qualifier, url.document.at("id")}, before));
    if (port != before) {
      Json document = url.document;
      document["port"] = port;
      DAVIT_TRY(m_settings.put(url.owner, url.function, k_url, url.id, document));
    }
  }
  return {};
}

Result<std::uint16_t> UrlServers::open(const FunctionUrl& url, std::uint16_t port)
{
  return m_servers.open(port, {.body = k_request_limit},
                        [this, url](const server::IncomingRequest& request) { return m_answer(url, request); });
}

}  // namespace davit::aws::local::lambda
