// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/url_servers.hpp"

#include <fmt/format.h>

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
  auto listening = server::HttpServer::listen(port, {.body = k_request_limit});
  if (!listening && port != 0) {
    listening = server::HttpServer::listen(0, {.body = k_request_limit});
  }
  DAVIT_TRY_ASSIGN(auto server, std::move(listening));
  server->serve([this, url](const server::IncomingRequest& request) { return m_answer(url, request); });
  const std::uint16_t chosen = server->port();
  const std::lock_guard lock(m_mutex);
  m_servers.push_back(std::move(server));
  return chosen;
}

void UrlServers::stop()
{
  const std::lock_guard lock(m_mutex);
  for (const auto& server : m_servers) {
    server->stop();
  }
}

}  // namespace davit::aws::local::lambda
