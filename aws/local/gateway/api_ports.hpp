// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "aws/local/gateway/api.hpp"
#include "aws/local/server/server_group.hpp"

namespace davit::aws::local::gateway {

/// The ports of the APIs. The one that was made first is the gateway's own, at the gateway's own URL, and any API answers to its id as the
/// first label of a host name; but beside that each has a port, which it keeps over restarts where that is free still.
class ApiPorts
{
public:
  using Answerer = std::function<http::Response(const std::string& api_id, const server::IncomingRequest&)>;

  ApiPorts(ApiStore& apis, Answerer answer) : m_apis(apis), m_answer(std::move(answer)) {}

  /// Serves the APIs that are stored, on new ports where the old ones are taken.
  Status open_all();

  Result<std::uint16_t> open(const std::string& api_id, std::uint16_t port = 0);

  void stop() { m_servers.stop(); }

private:
  ApiStore& m_apis;
  Answerer m_answer;
  server::ServerGroup m_servers;
};

}  // namespace davit::aws::local::gateway
