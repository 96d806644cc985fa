// SPDX-License-Identifier: Apache-2.0
#include "aws/local/server/server_group.hpp"

namespace davit::aws::local::server {

Result<std::uint16_t> ServerGroup::open(std::uint16_t port, Limits limits, Handler handler)
{
  auto listening = HttpServer::listen(port, limits);
  if (!listening && port != 0) {
    listening = HttpServer::listen(0, limits);
  }
  DAVIT_TRY_ASSIGN(auto server, std::move(listening));
  server->serve(std::move(handler));
  const std::uint16_t chosen = server->port();
  const std::lock_guard lock(m_mutex);
  m_servers.push_back(std::move(server));
  return chosen;
}

void ServerGroup::stop()
{
  const std::lock_guard lock(m_mutex);
  for (const auto& server : m_servers) {
    server->stop();
  }
}

}  // namespace davit::aws::local::server
