// SPDX-License-Identifier: Apache-2.0
#include "aws/local/server/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>

namespace davit::aws::local::server {
namespace {

constexpr std::size_t k_events = 64;

/// Of a connection the epoll set itself is the owner: it is in no other list, and leaves the set when it ends or is handed over.
void watch(int epoll, int descriptor, Connection* connection)
{
  epoll_event event{.events = EPOLLIN, .data = {.ptr = connection}};
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

EventLoop::EventLoop(Callbacks callbacks)
    : m_callbacks(std::move(callbacks)), m_epoll(::epoll_create1(EPOLL_CLOEXEC)), m_end(::eventfd(0, EFD_CLOEXEC))
{
  watch(m_epoll, m_end, nullptr);
  m_thread = std::thread([this] { run(); });
}

EventLoop::~EventLoop()
{
  ::eventfd_write(m_end, 1);
  m_thread.join();
  ::close(m_end);
  ::close(m_epoll);
}

void EventLoop::add(std::unique_ptr<Connection> connection)
{
  const int descriptor = connection->descriptor();
  watch(m_epoll, descriptor, connection.release());
}

void EventLoop::run()
{
  std::array<epoll_event, k_events> events;
  while (true) {
    const int count = ::epoll_wait(m_epoll, events.data(), k_events, -1);
    for (int i = 0; i < count; ++i) {
      if (events[static_cast<std::size_t>(i)].data.ptr == nullptr) {
        return;
      }
      attend(std::unique_ptr<Connection>(static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr)));
    }
  }
}

void EventLoop::attend(std::unique_ptr<Connection> connection)
{
  if (connection->receive_arrived() && answer_what_is_here(connection)) {
    static_cast<void>(connection.release());
  } else if (connection) {
    m_callbacks.release(connection->descriptor());
  }
}

/// False when the connection has ended, or is no longer this loop's and the pointer empty.
bool EventLoop::answer_what_is_here(std::unique_ptr<Connection>& connection)
{
  while (connection->has_more()) {
    if (!connection->has_whole_request()) {
      hand_over(std::move(connection), std::nullopt);
      return false;
    }
    IncomingRequest request;
    if (connection->read(request) != Connection::Outcome::request) {
      return false;
    }
    if (!m_callbacks.answers_at_once(request)) {
      hand_over(std::move(connection), std::move(request));
      return false;
    }
    if (!connection->begin_write(m_callbacks.handler(request).response, request)) {
      return false;
    }
    if (connection->has_unsent()) {
      hand_over(std::move(connection), std::nullopt);
      return false;
    }
  }
  return true;
}

void EventLoop::hand_over(std::unique_ptr<Connection> connection, std::optional<IncomingRequest> request)
{
  ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, connection->descriptor(), nullptr);
  m_callbacks.hand_over(std::move(connection), std::move(request));
}

}  // namespace davit::aws::local::server
