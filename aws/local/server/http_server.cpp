// SPDX-License-Identifier: Apache-2.0
#include "aws/local/server/http_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>

#include "aws/local/server/connection.hpp"
#include "aws/local/server/event_loop.hpp"

namespace davit::aws::local::server {
namespace {

constexpr int k_backlog = 512;
constexpr unsigned k_most_loops = 8;

Error socket_error(std::uint16_t port)
{
  return Error{.kind = errno == EADDRINUSE ? ErrorKind::conflict : ErrorKind::failed,
               .message = fmt::format("cannot listen on 127.0.0.1:{}: {}", port, std::strerror(errno)),
               .hint = "choose another port, or 0 for a free one"};
}

sockaddr_in loopback(std::uint16_t port)
{
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Result<int> listening_socket(std::uint16_t port)
{
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  const sockaddr_in address = loopback(port);
  if (fd < 0 || ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, k_backlog) != 0) {
    Error error = socket_error(port);
    ::close(fd);
    return fail(std::move(error));
  }
  return fd;
}

std::uint16_t bound_port(int fd)
{
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

std::string text_of(const sockaddr_in& address)
{
  char text[INET_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  return text;
}

}  // namespace

FileSlice::~FileSlice()
{
  ::close(m_fd);
}

struct HttpServer::State {
  int fd = -1;
  std::uint16_t port = 0;
  Handler handler;
  Predicate answers_at_once;
  ExchangeBegin begin_exchange;  ///< asked before the handler, where bodies are streamed
  Limits limits;
  std::vector<std::unique_ptr<EventLoop>> loops;
  std::size_t next_loop = 0;
  std::thread acceptor;
  std::atomic<bool> stopping = false;

  std::mutex mutex;
  std::condition_variable idle;
  std::set<int> connections;

  void make_loops();
  void accept_all();
  void begin(std::unique_ptr<Connection> stream);
  void serve_apart(std::unique_ptr<Connection> stream, std::optional<IncomingRequest> first);
  void serve(Connection& stream, const std::optional<IncomingRequest>& first);
  bool admit(int connection);
  void release(int connection);
};

bool HttpServer::State::admit(int connection)
{
  const std::lock_guard lock(mutex);
  return !stopping && connections.insert(connection).second;
}

void HttpServer::State::release(int connection)
{
  const std::lock_guard lock(mutex);
  ::close(connection);
  connections.erase(connection);
  idle.notify_all();
}

void HttpServer::State::accept_all()
{
  while (!stopping) {
    sockaddr_in peer{};
    socklen_t length = sizeof peer;
    const int connection = ::accept4(fd, reinterpret_cast<sockaddr*>(&peer), &length, SOCK_CLOEXEC);
    if (connection < 0) {
      // Out of descriptors: those in use come free, and the peer waits in the backlog meanwhile.
      if (errno == EMFILE || errno == ENFILE) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      continue;
    }
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!admit(connection)) {
      ::close(connection);
      continue;
    }
    begin(std::make_unique<Connection>(connection, text_of(peer), limits));
  }
}

void HttpServer::State::begin(std::unique_ptr<Connection> stream)
{
  if (loops.empty()) {
    serve_apart(std::move(stream), std::nullopt);
  } else {
    loops[next_loop++ % loops.size()]->add(std::move(stream));
  }
}

void HttpServer::State::serve_apart(std::unique_ptr<Connection> stream, std::optional<IncomingRequest> first)
{
  std::thread([this, stream = std::move(stream), first = std::move(first)] {
    serve(*stream, first);
    release(stream->descriptor());
  }).detach();
}

void HttpServer::State::serve(Connection& stream, const std::optional<IncomingRequest>& first)
{
  if (begin_exchange) {
    while (!stopping && stream.exchange(begin_exchange, handler)) {
    }
    return;
  }
  bool open = stream.flush() && (!first || stream.write(handler(*first), *first));
  while (open && !stopping) {
    IncomingRequest request;
    open = stream.read(request) == Connection::Outcome::request && stream.write(handler(request), request);
  }
}

void HttpServer::State::make_loops()
{
  const EventLoop::Callbacks callbacks{.handler = handler,
                                       .answers_at_once = answers_at_once,
                                       .hand_over = [this](auto stream, auto first) { serve_apart(std::move(stream), std::move(first)); },
                                       .release = [this](int connection) { release(connection); }};
  const unsigned count = std::clamp(std::thread::hardware_concurrency(), 1U, k_most_loops);
  while (loops.size() < count) {
    loops.push_back(std::make_unique<EventLoop>(callbacks));
  }
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(std::uint16_t port, Limits limits)
{
  DAVIT_TRY_ASSIGN(const int fd, listening_socket(port));
  auto state = std::make_unique<State>();
  state->fd = fd;
  state->port = bound_port(fd);
  state->limits = limits;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : m_state(std::move(state)) {}

HttpServer::~HttpServer()
{
  stop();
}

void HttpServer::serve(Handler handler, Predicate answers_at_once)
{
  m_state->handler = std::move(handler);
  m_state->answers_at_once = std::move(answers_at_once);
  if (m_state->answers_at_once) {
    m_state->make_loops();
  }
  m_state->acceptor = std::thread([raw = m_state.get()] { raw->accept_all(); });
}

void HttpServer::serve_streams(ExchangeBegin begin_exchange, Handler handler)
{
  m_state->handler = std::move(handler);
  m_state->begin_exchange = std::move(begin_exchange);
  m_state->acceptor = std::thread([raw = m_state.get()] { raw->accept_all(); });
}

std::uint16_t HttpServer::port() const
{
  return m_state->port;
}

void HttpServer::stop()
{
  m_state->stopping = true;
  if (m_state->fd >= 0) {
    ::shutdown(m_state->fd, SHUT_RDWR);
    if (m_state->acceptor.joinable()) {
      m_state->acceptor.join();
    }
    ::close(std::exchange(m_state->fd, -1));
  }
  std::unique_lock lock(m_state->mutex);
  for (const int connection : m_state->connections) {
    ::shutdown(connection, SHUT_RDWR);
  }
  m_state->idle.wait(lock, [this] { return m_state->connections.empty(); });
}

}  // namespace davit::aws::local::server
