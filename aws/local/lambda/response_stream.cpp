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

std::string response_stream(const InvokeResult& result, bool with_log)
{
  std::string stream;
  std::string_view rest = result.function_error ? std::string_view() : std::string_view(result.payload);
  while (!rest.empty()) {
    stream += event("PayloadChunk", "application/octet-stream", rest.substr(0, k_chunk));
    rest.remove_prefix(std::min(k_chunk, rest.size()));
  }
  return stream + event("InvokeComplete", "application/json", dump_json(completion(result, with_log)));
}

}  // namespace davit::aws::local::lambda
