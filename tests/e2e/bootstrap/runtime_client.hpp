// SPDX-License-Identifier: Apache-2.0
// The Runtime API as a runtime sees it, without a library.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace runtime_client {

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};

inline std::string variable(const char* name)
{
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// One request on a connection of its own, or on the one that is kept.
class Api
{
public:
  Answer call(const std::string& method, const std::string& path, const std::string& body = "", const std::string& headers = "")
  {
    if (m_fd < 0) {
      connect_to(variable("AWS_LAMBDA_RUNTIME_API"));
    }
    const std::string version = path.rfind("/extension", 0) == 0 ? " /2020-01-01" : " /2018-06-01";
    send_all(method + version + path + " HTTP/1.1\r\nHost: runtime\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
             "\r\n\r\n" + body);
    return read_answer();
  }

  /// A response in chunks, for which call() has been used before.
  void begin_stream(const std::string& id, const std::string& headers)
  {
    send_all("POST /2018-06-01/runtime/invocation/" + id + "/response HTTP/1.1\r\nHost: runtime\r\nTransfer-Encoding: chunked\r\n" +
             "Lambda-Runtime-Function-Response-Mode: streaming\r\n" + headers + "\r\n");
  }
  void send_chunk(const std::string& piece)
  {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    send_all(size + piece + "\r\n");
  }
  Answer end_stream(const std::string& trailers)
  {
    send_all("0\r\n" + trailers + "\r\n");
    return read_answer();
  }

private:
  void send_all(const std::string& bytes)
  {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t count = ::send(m_fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) {
        std::exit(3);
      }
      sent += static_cast<std::size_t>(count);
    }
  }

  void connect_to(const std::string& address)
  {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(static_cast<unsigned short>(std::atoi(address.c_str() + address.find(':') + 1)));
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    m_fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(m_fd, reinterpret_cast<sockaddr*>(&target), sizeof target) != 0) {
      std::exit(4);
    }
  }

  Answer read_answer()
  {
    std::string data;
    std::size_t end = std::string::npos;
    while ((end = data.find("\r\n\r\n")) == std::string::npos) {
      fill(data);
    }
    Answer answer{.status = std::atoi(data.c_str() + 9), .head = data.substr(0, end), .body = data.substr(end + 4)};
    const std::size_t length = std::strtoul(header(answer, "Content-Length").c_str(), nullptr, 10);
    while (answer.body.size() < length) {
      fill(answer.body);
    }
    return answer;
  }

  void fill(std::string& data)
  {
    char buffer[65536];
    const ssize_t count = ::recv(m_fd, buffer, sizeof buffer, 0);
    if (count <= 0) {
      std::exit(5);
    }
    data.append(buffer, static_cast<std::size_t>(count));
  }

public:
  static std::string header(const Answer& answer, const std::string& name)
  {
    const auto start = answer.head.find("\r\n" + name + ": ");
    if (start == std::string::npos) {
      return "";
    }
    const auto value = start + name.size() + 4;
    return answer.head.substr(value, answer.head.find('\r', value) - value);
  }

private:
  int m_fd = -1;
};

}  // namespace runtime_client
