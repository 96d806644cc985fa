// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/local/server/http_server.hpp"

namespace davit::aws::local::server {

/// One accepted socket: reads requests, writes responses. Owns the descriptor's use, not the descriptor.
class Connection
{
public:
  Connection(int fd, std::string source_ip, const Limits& limits) : m_fd(fd), m_source_ip(std::move(source_ip)), m_limits(limits) {}

  /// What to do after an attempt to read a request.
  enum class Outcome {
    request,  ///< one is there
    closed,   ///< the peer is gone
    refused,  ///< it was no HTTP/1.1, and has been told so; close
  };
  Outcome read(IncomingRequest& request);

  /// False when the peer is gone, or when the connection ends with this answer.
  bool write(const StreamedResponse& response, const IncomingRequest& request);

  /// One request and its answer, whose bodies pass through piece by piece. False as with write(), and when no request came.
  bool exchange(const ExchangeBegin& begin, const Handler& otherwise);

  [[nodiscard]] int descriptor() const { return m_fd; }

  /// Takes in what has arrived, without waiting. False when the peer is gone.
  bool receive_arrived();
  /// Whether bytes are here that no request was made of yet.
  [[nodiscard]] bool has_more() const { return m_position < m_buffer.size(); }
  /// Whether read() would find a request without waiting; false also where that is not seen at a glance.
  [[nodiscard]] bool has_whole_request() const;

  /// As write(), but keeps for flush() what the peer does not take at once.
  bool begin_write(const http::Response& response, const IncomingRequest& request);
  [[nodiscard]] bool has_unsent() const { return !m_unsent.empty(); }
  /// Sends what is kept, if anything. False as with write().
  bool flush();

private:
  /// The head, and the way free for the body.
  Outcome begin_request(IncomingRequest& request);
  bool write(const http::Response& response, const IncomingRequest& request);
  bool write_from(BodySource& source, const http::Response& response, const IncomingRequest& request);
  bool send_file(const FileSlice& file);
  bool fill();
  bool receive(int flags);
  bool read_line(std::string& line, std::size_t& budget);
  Outcome read_head(IncomingRequest& request);
  bool read_body(IncomingRequest& request);
  bool read_sized(IncomingRequest& request, std::size_t length);
  bool read_chunked(IncomingRequest& request);
  bool take(std::size_t length, IncomingRequest& request);
  Outcome refuse(int status);
  [[nodiscard]] std::string bytes_of(const http::Response& response, const IncomingRequest& request) const;
  bool send_all(std::string_view bytes);

  int m_fd;
  std::string m_source_ip;
  const Limits& m_limits;
  std::string m_buffer;
  std::size_t m_position = 0;
  std::string m_unsent;
  bool m_keep_alive = true;
  Exchange* m_taker = nullptr;  ///< takes the body instead of the request
};

}  // namespace davit::aws::local::server
