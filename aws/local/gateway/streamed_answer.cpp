// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/streamed_answer.hpp"

#include "aws/local/gateway/proxy_event.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr std::string_view k_with_prelude = "application/vnd.awslambda.http-integration-response";
constexpr std::size_t k_gap = 8;
constexpr std::size_t k_longest_prelude = 1024 * 1024;

class StreamedBody final : public server::BodySource
{
public:
  explicit StreamedBody(std::shared_ptr<lambda::ResponseChannel> channel) : m_channel(std::move(channel)) {}
  ~StreamedBody() override { m_channel->leave(); }

  /// False when the response ends before.
  bool has_more()
  {
    auto piece = m_channel->read();
    m_begin += piece.value_or("");
    return piece.has_value();
  }

  /// What stands in front of eight zero bytes, which are passed over with it; nothing when they never come.
  std::optional<std::string> take_prelude()
  {
    const std::string gap(k_gap, '\0');
    std::size_t end = 0;
    while ((end = m_begin.find(gap)) == std::string::npos) {
      if (m_begin.size() > k_longest_prelude || !has_more()) {
        return std::nullopt;
      }
    }
    std::string prelude = m_begin.substr(0, end);
    m_begin.erase(0, end + k_gap);
    return prelude;
  }

  std::optional<std::string> next() override { return m_begin.empty() ? m_channel->read() : std::optional(std::exchange(m_begin, {})); }

  [[nodiscard]] bool is_complete() const override { return m_channel->result() && !m_channel->result()->function_error; }

private:
  std::shared_ptr<lambda::ResponseChannel> m_channel;
  std::string m_begin;
};

}  // namespace

std::optional<server::StreamedResponse> streamed_answer(std::shared_ptr<lambda::ResponseChannel> channel)
{
  channel->wait_until_begun();
  const std::string type = channel->has_begun() ? channel->content_type() : "application/octet-stream";
  const auto body = std::make_shared<StreamedBody>(std::move(channel));
  if (type == k_with_prelude) {
    const auto prelude = body->take_prelude();
    auto response = prelude ? prelude_response(*prelude) : std::nullopt;
    return response ? std::optional(server::StreamedResponse{.response = std::move(*response), .source = body}) : std::nullopt;
  }
  if (!body->has_more() && !body->is_complete()) {
    return std::nullopt;
  }
  return server::StreamedResponse{.response = {.status = 200, .headers = {{"content-type", type}}}, .source = body};
}

}  // namespace davit::aws::local::gateway
