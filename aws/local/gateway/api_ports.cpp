// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/api_ports.hpp"

#include "aws/local/gateway/front_door.hpp"

namespace davit::aws::local::gateway {

Status ApiPorts::open_all()
{
  DAVIT_TRY_ASSIGN(const auto apis, m_apis.all());
  for (const auto& api : *apis) {
    DAVIT_TRY_ASSIGN(const auto port, open(api.id, api.port));
    if (port != api.port) {
      Api moved = api;
      moved.port = port;
      DAVIT_TRY(m_apis.replace(moved));
    }
  }
  return {};
}

Result<std::uint16_t> ApiPorts::open(const std::string& api_id, std::uint16_t port)
{
  return m_servers.open(port, {.body = k_payload_limit},
                        [this, api_id](const server::IncomingRequest& request) -> server::StreamedResponse {
                          return {.response = m_answer(api_id, request)};
                        });
}

}  // namespace davit::aws::local::gateway
