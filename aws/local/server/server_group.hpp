// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::server {

/// Servers that come while others run: one for each URL that AWS gives a host name. No name server knows such names here, and a path in
/// front of the request's own would show in events and signatures. A server stays until all are stopped: that its URL is gone its handler
/// says, so that a request may delete the URL that it came to. Safe to use from several threads.
class ServerGroup
{
public:
  ServerGroup() = default;
  ServerGroup(const ServerGroup&) = delete;
  ServerGroup& operator=(const ServerGroup&) = delete;
  ~ServerGroup() { stop(); }

  /// Listens on that port of loopback, or on a free one where it is 0 or taken; the port.
  Result<std::uint16_t> open(std::uint16_t port, Limits limits, Handler handler);

  /// Closes every connection, and waits for the requests under way.
  void stop();

private:
  std::mutex m_mutex;
  std::vector<std::unique_ptr<HttpServer>> m_servers;
};

}  // namespace davit::aws::local::server
