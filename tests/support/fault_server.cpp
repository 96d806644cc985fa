// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <stdexcept>

namespace davit::tests {
namespace {

std::string lower(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Reads until `buffer` holds `size` bytes. False at the end of the connection.
bool read_to(int fd, std::string& buffer, std::size_t size)
{
  char chunk[16384];
  while (buffer.size() < size) {
    const ssize_t n = ::recv(fd, chunk, sizeof chunk, 0);
    if (n <= 0) {
      return false;
    }
    buffer.append(chunk, static_cast<std::size_t>(n));
  }
  return true;
}

std::optional<std::string> read_head(int fd, std::string& buffer)
{
  while (buffer.find("\r\n\r\n") == std::string::npos) {
    if (!read_to(fd, buffer, buffer.size() + 1)) {
      return std::nullopt;
    }
  }
  const std::size_t end = buffer.find("\r\n\r\n") + 2;
  std::string head = buffer.substr(0, end);
  buffer.erase(0, end + 2);
  return head;
}

ReceivedRequest parse_head(const std::string& head)
{
  ReceivedRequest out;
  std::size_t at = head.find("\r\n");
  const std::string line = head.substr(0, at);
  out.method = line.substr(0, line.find(' '));
  out.target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
  for (at += 2; at < head.size(); at = head.find("\r\n", at) + 2) {
    const std::string field = head.substr(at, head.find("\r\n", at) - at);
    const std::size_t colon = field.find(':');
    const std::size_t value = field.find_first_not_of(' ', colon + 1);
    out.headers[lower(field.substr(0, colon))] = value == std::string::npos ? "" : field.substr(value);
  }
  return out;
}

std::optional<ReceivedRequest> read_request(int fd, std::string& buffer)
{
  const auto head = read_head(fd, buffer);
  if (!head) {
    return std::nullopt;
  }
  ReceivedRequest request = parse_head(*head);
  const std::size_t length = request.headers.contains("content-length") ? std::stoul(request.headers["content-length"]) : 0;
  if (!read_to(fd, buffer, length)) {
    return std::nullopt;
  }
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return request;
}

void send_all(int fd, const std::string& text)
{
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::send(fd, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (n <= 0) {
      return;
    }
    done += static_cast<std::size_t>(n);
  }
}

std::string text_of(const Reply& reply)
{
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " Status\r\n";
  for (const auto& header : reply.headers) {
    out += header + "\r\n";
  }
  const std::size_t promised = reply.body.size() + (reply.fault == Reply::Fault::cut ? 10 : 0);
  if (reply.content_length) {
    out += "Content-Length: " + std::to_string(promised) + "\r\n";
  }
  return out + "\r\n" + reply.body;
}

/// True when the connection stays open for another request.
bool answer(int fd, const Reply& reply)
{
  if (reply.fault == Reply::Fault::reset) {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return false;
  }
  if (reply.fault == Reply::Fault::close) {
    return false;
  }
  send_all(fd, text_of(reply));
  return reply.fault == Reply::Fault::none && reply.content_length;
}

}  // namespace

FaultServer::FaultServer(std::deque<Reply> replies)
    : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), m_replies(std::move(replies))
{
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 128) != 0 || ::getsockname(m_listener, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  m_port = ntohs(address.sin_port);
  m_acceptor = std::thread([this] { accept_connections(); });
}

FaultServer::~FaultServer()
{
  m_stopping = true;
  ::shutdown(m_listener, SHUT_RDWR);
  m_acceptor.join();
  ::close(m_listener);
  {
    const std::lock_guard lock(m_mutex);
    for (const int fd : m_open) {
      ::shutdown(fd, SHUT_RDWR);
    }
  }
  for (auto& worker : m_workers) {
    worker.join();
  }
}

std::vector<ReceivedRequest> FaultServer::requests() const
{
  const std::lock_guard lock(m_mutex);
  return m_requests;
}

void FaultServer::accept_connections()
{
  for (int number = 1; !m_stopping; ++number) {
    const int fd = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      return;
    }
    const std::lock_guard lock(m_mutex);
    m_open.push_back(fd);
    m_workers.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

Reply FaultServer::next_reply()
{
  const std::lock_guard lock(m_mutex);
  Reply reply = m_replies.front();
  if (m_replies.size() > 1) {
    m_replies.pop_front();
  }
  return reply;
}

void FaultServer::serve(int fd, int connection)
{
  std::string buffer;
  bool open = true;
  while (open && !m_stopping) {
    auto request = read_request(fd, buffer);
    if (!request) {
      break;
    }
    request->connection = connection;
    request->time = std::chrono::steady_clock::now();
    const int at_once = ++m_at_once;
    int most = m_most_at_once;
    while (at_once > most && !m_most_at_once.compare_exchange_weak(most, at_once)) {
    }
    {
      const std::lock_guard lock(m_mutex);
      m_requests.push_back(std::move(*request));
    }
    const Reply reply = next_reply();
    const auto until = std::chrono::steady_clock::now() + reply.delay;
    while (std::chrono::steady_clock::now() < until && !m_stopping) {
      std::this_thread::sleep_for(
          std::min<std::chrono::steady_clock::duration>(std::chrono::milliseconds(10), until - std::chrono::steady_clock::now()));
    }
    open = answer(fd, reply);
    --m_at_once;
  }
  const std::lock_guard lock(m_mutex);
  std::erase(m_open, fd);
  ::close(fd);
}

}  // namespace davit::tests
