// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/rest_route.hpp"
#include "aws/local/lambda/runtime_api.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr front::RestRoute k_response_route[] = {{"POST", "/2018-06-01/runtime/invocation/{Id}/response", "Response"}};

}  // namespace

/// A response that passes through while the runtime writes it.
class RuntimeApi::StreamedReply final : public server::Exchange
{
public:
  StreamedReply(RuntimeApi& api, const server::IncomingRequest& head, std::string id, std::shared_ptr<ResponseChannel> channel)
      : m_api(api), m_head(head), m_id(std::move(id)), m_channel(std::move(channel))
  {
    m_channel->begin(head.message.headers.get("content-type").value_or("application/octet-stream"));
  }

  void take(std::string_view piece) override
  {
    m_size += piece.size();
    if (m_size <= k_stream_limit) {
      m_channel->write(piece);
    }
  }

  server::StreamedResponse finish() override
  {
    constexpr auto k_kind = RuntimeReply::Kind::response;
    const bool fits = m_size <= k_stream_limit;
    RuntimeReply reply = fits ? reply_of(k_kind, m_head.message) : RuntimeReply{.kind = RuntimeReply::Kind::too_large};
    reply.limit = k_stream_limit;
    return {.response = m_api.take_reply(m_id, k_kind, std::move(reply))};
  }

private:
  RuntimeApi& m_api;
  const server::IncomingRequest& m_head;
  std::string m_id;
  std::shared_ptr<ResponseChannel> m_channel;
  std::size_t m_size = 0;
};

/// Nothing for all that is no streamed response to the event under way, or one that nobody wants as a stream.
std::unique_ptr<server::Exchange> RuntimeApi::begin_streamed(const server::IncomingRequest& head)
{
  const auto* mode = head.message.headers.find("lambda-runtime-function-response-mode");
  if (mode == nullptr || *mode != "streaming") {
    return nullptr;
  }
  const auto match = front::match_route(k_response_route, head.message.method, head.message.url.path);
  const std::lock_guard lock(m_mutex);
  const bool is_awaited = match && m_state == State::invoking && match->labels.at("Id") == m_invocation.request_id;
  return is_awaited && m_invocation.channel ? std::make_unique<StreamedReply>(*this, head, m_invocation.request_id, m_invocation.channel)
                                            : nullptr;
}

}  // namespace davit::aws::local::lambda
