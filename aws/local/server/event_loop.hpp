// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "aws/local/server/connection.hpp"

namespace davit::aws::local::server {

/// One thread that answers what many connections ask, as long as their requests arrive whole and are answered at once: while there is
/// always one more to answer, no thread has to be woken for it, which costs more than a GetItem does.
class EventLoop
{
public:
  struct Callbacks {
    const Handler& handler;
    const Predicate& answers_at_once;
    /// Takes a connection over that may have to be waited for, and the request that was read from it and is not answered yet.
    std::function<void(std::unique_ptr<Connection>, std::optional<IncomingRequest>)> hand_over;
    /// A connection has ended.
    std::function<void(int descriptor)> release;
  };

  explicit EventLoop(Callbacks callbacks);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  /// Ends the thread. Every connection must have ended or been handed over.
  ~EventLoop();

  /// From any thread.
  void add(std::unique_ptr<Connection> connection);

private:
  void run();
  void attend(std::unique_ptr<Connection> connection);
  bool answer_what_is_here(std::unique_ptr<Connection>& connection);
  void hand_over(std::unique_ptr<Connection> connection, std::optional<IncomingRequest> request);

  Callbacks m_callbacks;
  int m_epoll = -1;
  int m_end = -1;  ///< an eventfd
  std::thread m_thread;
};

}  // namespace davit::aws::local::server
