// SPDX-License-Identifier: Apache-2.0
#include "aws/local/server/response_head.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>

namespace davit::aws::local::server {

bool may_have_body(int status)
{
  return status >= 200 && status != 204 && status != 304;
}

std::string content_length(std::uint64_t length)
{
  return "Content-Length: " + std::to_string(length) + "\r\n";
}

std::string head_of(const http::Response& response, bool keep_alive, std::string_view framing)
{
  constexpr std::size_t k_usual_size = 512;
  std::string head;
  head.reserve(k_usual_size + response.body.size());
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason_phrase(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers.fields()) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  head.append("Date: ").append(http_date()).append("\r\n");
  if (may_have_body(response.status)) {
    head.append(framing);
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

std::string_view reason_phrase(int status)
{
  struct Phrase {
    int status;
    std::string_view text;
  };
  static constexpr Phrase k_phrases[] = {
      {100, "Continue"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Request Entity Too Large"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {422, "Unprocessable Entity"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  const auto* found =
      std::find_if(std::begin(k_phrases), std::end(k_phrases), [&](const Phrase& phrase) { return phrase.status == status; });
  return found == std::end(k_phrases) ? "Status" : found->text;
}

std::string http_date()
{
  thread_local std::time_t shown = 0;
  thread_local std::string text;
  if (const std::time_t now = std::time(nullptr); now != shown || text.empty()) {
    shown = now;
    text = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
  }
  return text;
}

}  // namespace davit::aws::local::server
