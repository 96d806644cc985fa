// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <stdexcept>

#include "aws/auth/sigv4.hpp"

namespace davit::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// One open connection, and the answer that it waits for.
class Connection
{
public:
  explicit Connection(const Url& endpoint) : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
  {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(endpoint.port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    const int on = 1;
    if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
      throw std::runtime_error("cannot connect to " + endpoint.to_string());
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(m_fd); }

  [[nodiscard]] int descriptor() const { return m_fd; }

  void send(std::string_view request)
  {
    m_received.clear();
    m_sent_at = SteadyClock::now();
    while (!request.empty()) {
      const ssize_t count = ::send(m_fd, request.data(), request.size(), MSG_NOSIGNAL);
      if (count <= 0) {
        throw std::runtime_error("the server has closed the connection");
      }
      request.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  /// Takes in what has arrived. True when the answer is whole.
  bool receive(std::string& buffer)
  {
    const ssize_t count = ::recv(m_fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
      throw std::runtime_error("the server has closed the connection");
    }
    m_received.append(buffer, 0, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    const auto head = m_received.find("\r\n\r\n");
    if (head == std::string::npos) {
      return false;
    }
    m_body = head + 4;
    return m_received.size() - m_body >= body_length();
  }

  [[nodiscard]] bool succeeded() const { return m_received.starts_with("HTTP/1.1 200 "); }
  [[nodiscard]] std::string_view body() const { return std::string_view(m_received).substr(m_body); }
  [[nodiscard]] std::uint32_t microseconds() const
  {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - m_sent_at).count());
  }

private:
  [[nodiscard]] std::size_t body_length() const
  {
    constexpr std::string_view k_name = "content-length:";
    const std::string_view head(m_received.data(), m_body);
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    const auto* found = std::search(head.begin(), head.end(), k_name.begin(), k_name.end(), same);
    if (found == head.end()) {
      throw std::runtime_error("an answer without Content-Length");
    }
    const auto digits = head.substr(static_cast<std::size_t>(found - head.begin()) + k_name.size());
    const auto* first = digits.data() + std::min(digits.find_first_not_of(' '), digits.size());
    std::size_t length = 0;
    std::from_chars(first, digits.data() + digits.size(), length);
    return length;
  }

  int m_fd;
  std::string m_received;
  std::size_t m_body = 0;
  SteadyClock::time_point m_sent_at;
};

class Run
{
public:
  Run(const Target& target, std::size_t connections, const NextRequest& next) : m_next(next), m_epoll(::epoll_create1(EPOLL_CLOEXEC))
  {
    for (std::size_t i = 0; i < connections; ++i) {
      m_connections.push_back(std::make_unique<Connection>(target.endpoint));
      epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
      ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_connections.back()->descriptor(), &event);
    }
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { ::close(m_epoll); }

  Tally finish()
  {
    const auto began = SteadyClock::now();
    for (std::size_t i = 0; i < m_connections.size(); ++i) {
      advance(i, {});
    }
    std::string buffer(256 * 1024, '\0');
    std::array<epoll_event, 64> events;
    while (m_open > 0) {
      const int count = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const std::size_t index = events[static_cast<std::size_t>(i)].data.u64;
        if (m_connections[index]->receive(buffer)) {
          take_answer(index);
        }
      }
    }
    m_tally.seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
    std::sort(m_tally.latencies.begin(), m_tally.latencies.end());
    return std::move(m_tally);
  }

private:
  void advance(std::size_t index, std::string_view answer)
  {
    if (const auto request = m_next(index, answer)) {
      m_connections[index]->send(*request);
      m_open += answer.empty() ? 1 : 0;
    } else {
      m_open -= answer.empty() ? 0 : 1;
    }
  }

  void take_answer(std::size_t index)
  {
    const Connection& connection = *m_connections[index];
    m_tally.latencies.push_back(connection.microseconds());
    ++m_tally.requests;
    m_tally.bytes += connection.body().size();
    if (!connection.succeeded() && m_tally.errors++ == 0) {
      m_tally.first_error = connection.body();
    }
    advance(index, std::string(connection.body()));
  }

  const NextRequest& m_next;
  int m_epoll;
  std::vector<std::unique_ptr<Connection>> m_connections;
  std::size_t m_open = 0;
  Tally m_tally;
};

}  // namespace

std::string signed_request(const Target& target, std::string_view operation, std::string body)
{
  aws::http::Request request{.method = "POST", .url = target.endpoint, .headers = {}, .body = std::move(body)};
  request.headers.add("Host", request.url.authority());
  request.headers.add("Content-Type", "application/x-amz-json-1.0");
  request.headers.add("X-Amz-Target", fmt::format("DynamoDB_20120810.{}", operation));
  request.headers.add("Content-Length", std::to_string(request.body.size()));
  const auto result = aws::auth::sigv4::sign(std::move(request), target.credentials,
                                             {.region = target.region, .service = "dynamodb", .time = system_now()});
  if (!result) {
    throw std::runtime_error(result.error().message);
  }
  std::string out = "POST / HTTP/1.1\r\n";
  for (const auto& [name, value] : result->request.headers.fields()) {
    out += fmt::format("{}: {}\r\n", name, value);
  }
  return out + "\r\n" + result->request.body;
}

std::uint32_t Tally::percentile(double percent) const
{
  if (latencies.empty()) {
    return 0;
  }
  const auto at = static_cast<std::size_t>(percent / 100 * static_cast<double>(latencies.size()));
  return latencies[std::min(at, latencies.size() - 1)];
}

Tally run(const Target& target, std::size_t connections, const NextRequest& next)
{
  return Run(target, connections, next).finish();
}

}  // namespace davit::bench
