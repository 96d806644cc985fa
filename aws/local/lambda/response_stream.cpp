// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/response_stream.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/local/front/content_coding.hpp"
#include "aws/local/lambda/invoke_call.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::size_t k_chunk = 64 * 1024;
constexpr char k_string_value = 7;

void append_number(std::string& bytes, std::uint32_t value)
{
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xff);
  }
}

std::string header_block(const std::vector<std::pair<std::string, std::string>>& headers)
{
  std::string block;
  for (const auto& [name, value] : headers) {
    block += static_cast<char>(name.size());
    block += name;
    block += k_string_value;
    block += static_cast<char>(value.size() >> 8);
    block += static_cast<char>(value.size() & 0xff);
    block += value;
  }
  return block;
}

std::string event(const std::string& type, const std::string& content_type, std::string_view payload)
{
  return event_stream_message({{":event-type", type}, {":content-type", content_type}, {":message-type", "event"}}, payload);
}

Json completion(const InvokeResult& result, bool with_log)
{
  Json document = Json::object();
  if (result.function_error) {
    const Json error = Json::parse(result.payload, nullptr, false);
    document["ErrorCode"] = error.is_object() ? error.value("errorType", "Unhandled") : "Unhandled";
    document["ErrorDetails"] = result.payload;
  }
  if (with_log) {
    document["LogResult"] = log_tail(result.log);
  }
  return document;
}

Json failure(const Fault& fault)
{
  return {{"ErrorCode", fault.code}, {"ErrorDetails", fault.message}};
}

std::string payload_chunks(std::string_view bytes)
{
  std::string events;
  while (!bytes.empty()) {
    events += event("PayloadChunk", "application/octet-stream", bytes.substr(0, k_chunk));
    bytes.remove_prefix(std::min(k_chunk, bytes.size()));
  }
  return events;
}

class InvocationEvents final : public server::BodySource
{
public:
  InvocationEvents(std::shared_ptr<ResponseChannel> channel, bool with_log) : m_channel(std::move(channel)), m_with_log(with_log) {}
  ~InvocationEvents() override { m_channel->leave(); }

  std::optional<std::string> next() override
  {
    if (m_is_complete) {
      return std::nullopt;
    }
    if (const auto piece = m_channel->read()) {
      return payload_chunks(*piece);
    }
    m_is_complete = true;
    const auto& result = m_channel->result();
    return event("InvokeComplete", "application/json", dump_json(result ? completion(*result, m_with_log) : failure(result.error())));
  }

  [[nodiscard]] bool is_complete() const override { return m_is_complete; }

private:
  std::shared_ptr<ResponseChannel> m_channel;
  bool m_with_log;
  bool m_is_complete = false;
};

}  // namespace

std::string event_stream_message(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view payload)
{
  constexpr std::size_t k_framing = 16;
  const std::string block = header_block(headers);
  std::string message;
  append_number(message, static_cast<std::uint32_t>(block.size() + payload.size() + k_framing));
  append_number(message, static_cast<std::uint32_t>(block.size()));
  append_number(message, front::crc32(message));
  message.append(block).append(payload);
  append_number(message, front::crc32(message));
  return message;
}

std::shared_ptr<server::BodySource> invocation_events(std::shared_ptr<ResponseChannel> channel, bool with_log)
{
  return std::make_shared<InvocationEvents>(std::move(channel), with_log);
}

}  // namespace davit::aws::local::lambda
