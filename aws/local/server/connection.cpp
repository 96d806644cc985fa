// SPDX-License-Identifier: Apache-2.0
#include "aws/local/server/connection.hpp"

#include <fmt/format.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "aws/local/server/request_head.hpp"
#include "aws/local/server/response_head.hpp"

namespace davit::aws::local::server {
namespace {

constexpr std::size_t k_read_size = 64 * 1024;
constexpr std::size_t k_chunk_line = 1024;

}  // namespace

Connection::Outcome Connection::read(IncomingRequest& request)
{
  const auto outcome = begin_request(request);
  return outcome != Outcome::request || read_body(request) ? outcome : Outcome::closed;
}

bool Connection::exchange(const ExchangeBegin& begin, const Handler& otherwise)
{
  IncomingRequest request;
  if (begin_request(request) != Outcome::request) {
    return false;
  }
  const auto exchange = begin(request);
  m_taker = exchange.get();
  const bool complete = read_body(request);
  m_taker = nullptr;
  return complete && write(exchange ? exchange->finish() : otherwise(request), request);
}

Connection::Outcome Connection::begin_request(IncomingRequest& request)
{
  request.source_ip = m_source_ip;
  if (const auto outcome = read_head(request); outcome != Outcome::request) {
    return outcome;
  }
  m_keep_alive = request.protocol == "HTTP/1.1" && !has_connection_option(request.message.headers, "close");
  const auto expect = request.message.headers.get("expect");
  if (expect && http::equals_ignoring_case(*expect, "100-continue") && !send_all("HTTP/1.1 100 Continue\r\n\r\n")) {
    return Outcome::closed;
  }
  return Outcome::request;
}

Connection::Outcome Connection::read_head(IncomingRequest& request)
{
  std::size_t budget = m_limits.head;
  std::string line;
  // RFC 9112 section 2.2: empty lines before the request line are passed over.
  do {
    if (!read_line(line, budget)) {
      return budget == 0 ? refuse(m_limits.head_status) : Outcome::closed;
    }
  } while (line.empty());
  const auto protocol = parse_request_line(line, request.message);
  if (!protocol) {
    return refuse(400);
  }
  request.protocol = *protocol;
  budget = m_limits.head;
  while (true) {
    if (!read_line(line, budget)) {
      return budget == 0 ? refuse(m_limits.head_status) : Outcome::closed;
    }
    if (line.empty()) {
      break;
    }
    if (!parse_field_line(line, request.message.headers)) {
      return refuse(400);
    }
  }
  return set_authority(request.message) && framing_of(request.message.headers) ? Outcome::request : refuse(400);
}

bool Connection::read_line(std::string& line, std::size_t& budget)
{
  std::size_t searched = m_position;
  while (true) {
    const auto end = m_buffer.find('\n', searched);
    const auto used = (end == std::string::npos ? m_buffer.size() : end + 1) - m_position;
    if (used > budget) {
      budget = 0;
      return false;
    }
    if (end != std::string::npos) {
      line.assign(m_buffer, m_position, end - m_position);
      if (line.ends_with('\r')) {
        line.pop_back();
      }
      m_position = end + 1;
      budget -= used;
      return true;
    }
    // Counted from the line's start: fill() may move it to the front of the buffer.
    const auto pending = m_buffer.size() - m_position;
    if (!fill()) {
      return false;
    }
    searched = m_position + pending;
  }
}

bool Connection::read_body(IncomingRequest& request)
{
  const auto framing = framing_of(request.message.headers);
  if (framing->chunked) {
    return read_chunked(request);
  }
  return read_sized(request, framing->length);
}

bool Connection::read_sized(IncomingRequest& request, std::size_t length)
{
  request.message.body.reserve(m_taker != nullptr ? 0 : std::min(length, m_limits.body));
  const bool complete = take(length, request);
  m_buffer.erase(0, m_position);
  m_position = 0;
  return complete;
}

bool Connection::read_chunked(IncomingRequest& request)
{
  std::string line;
  while (true) {
    std::size_t budget = k_chunk_line;
    std::size_t length = 0;
    if (!read_line(line, budget)) {
      return false;
    }
    const auto digits = line.substr(0, line.find(';'));
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length, 16);
    if (error != std::errc{} || end == digits.data()) {
      return false;
    }
    if (length == 0) {
      break;
    }
    budget = k_chunk_line;
    if (!take(length, request) || !read_line(line, budget) || !line.empty()) {
      return false;
    }
  }
  // Trailers are headers that could not be sent in front (RFC 9112 section 7.1.2).
  for (std::size_t budget = m_limits.head; read_line(line, budget);) {
    if (line.empty()) {
      return true;
    }
    if (!parse_field_line(line, request.message.headers)) {
      return false;
    }
  }
  return false;
}

/// Appends the next bytes to the body, or only reads them when the body is too large.
bool Connection::take(std::size_t length, IncomingRequest& request)
{
  auto& body = request.message.body;
  if (m_taker == nullptr && length > m_limits.body - std::min(m_limits.body, body.size())) {
    request.body_too_large = true;
    body.clear();
  }
  while (length > 0) {
    if (m_position == m_buffer.size() && !fill()) {
      return false;
    }
    const auto available = std::min(length, m_buffer.size() - m_position);
    if (m_taker != nullptr) {
      m_taker->take(std::string_view(m_buffer).substr(m_position, available));
    } else if (!request.body_too_large) {
      body.append(m_buffer, m_position, available);
    }
    m_position += available;
    length -= available;
  }
  return true;
}

bool Connection::fill()
{
  return receive(0);
}

bool Connection::receive_arrived()
{
  return receive(MSG_DONTWAIT) || errno == EAGAIN;
}

bool Connection::receive(int flags)
{
  if (m_position == m_buffer.size()) {
    m_buffer.clear();
    m_position = 0;
  }
  std::array<char, k_read_size> bytes;
  while (true) {
    const ssize_t count = ::recv(m_fd, bytes.data(), bytes.size(), flags);
    if (count > 0) {
      m_buffer.append(bytes.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (count == 0) {
      errno = ECONNRESET;
    }
    if (errno != EINTR) {
      return false;
    }
  }
}

bool Connection::has_whole_request() const
{
  return begins_with_whole_request(std::string_view(m_buffer).substr(m_position));
}

Connection::Outcome Connection::refuse(int status)
{
  m_keep_alive = false;
  send_all(head_of({.status = status}, false, content_length(0)));
  return Outcome::refused;
}

bool Connection::write(const http::Response& response, const IncomingRequest& request)
{
  return send_all(bytes_of(response, request)) && m_keep_alive;
}

bool Connection::begin_write(const http::Response& response, const IncomingRequest& request)
{
  std::string bytes = bytes_of(response, request);
  ssize_t count = 0;
  do {
    count = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && errno != EAGAIN) {
    return false;
  }
  m_unsent = bytes.substr(count > 0 ? static_cast<std::size_t>(count) : 0);
  return has_unsent() || m_keep_alive;
}

bool Connection::flush()
{
  return m_unsent.empty() || (send_all(std::exchange(m_unsent, {})) && m_keep_alive);
}

std::string Connection::bytes_of(const http::Response& response, const IncomingRequest& request) const
{
  std::string bytes = head_of(response, m_keep_alive, content_length(response.body.size()));
  if (may_have_body(response.status) && request.message.method != "HEAD") {
    bytes += response.body;
  }
  return bytes;
}

bool Connection::write(const StreamedResponse& response, const IncomingRequest& request)
{
  if (response.source) {
    return write_from(*response.source, response.response, request);
  }
  if (!response.file) {
    return write(response.response, request);
  }
  const bool sent = send_all(head_of(response.response, m_keep_alive, content_length(response.file->length())));
  return sent && (request.message.method == "HEAD" || send_file(*response.file)) && m_keep_alive;
}

/// Each piece at once, as a chunk (RFC 9112 section 7.1), or bare to those who know no chunks. A body that breaks off has no last chunk.
bool Connection::write_from(BodySource& source, const http::Response& response, const IncomingRequest& request)
{
  const bool chunked = request.protocol != "HTTP/1.0";
  if (!send_all(head_of(response, m_keep_alive, chunked ? "Transfer-Encoding: chunked\r\n" : ""))) {
    return false;
  }
  if (request.message.method == "HEAD" || !may_have_body(response.status)) {
    return m_keep_alive;
  }
  while (const auto piece = source.next()) {
    if (!piece->empty() && !send_all(chunked ? fmt::format("{:x}\r\n{}\r\n", piece->size(), *piece) : *piece)) {
      return false;
    }
  }
  return source.is_complete() && (!chunked || send_all("0\r\n\r\n")) && m_keep_alive;
}

bool Connection::send_file(const FileSlice& file)
{
  auto offset = static_cast<off_t>(file.offset());
  for (std::uint64_t left = file.length(); left > 0;) {
    const ssize_t count = ::sendfile(m_fd, file.fd(), &offset, left);
    if (count == 0 || (count < 0 && errno != EINTR)) {
      return false;
    }
    left -= count > 0 ? static_cast<std::uint64_t>(count) : 0;
  }
  return true;
}

bool Connection::send_all(std::string_view bytes)
{
  while (!bytes.empty()) {
    const ssize_t count = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  return true;
}

}  // namespace davit::aws::local::server
