// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace davit::tests {

/// What the server does with one request.
struct Reply {
  enum class Fault {
    none,
    reset,  ///< RST instead of an answer
    close,  ///< FIN instead of an answer
    cut,    ///< Content-Length promises more than comes
  };
  int status = 200;
  std::string body = "{}";
  std::vector<std::string> headers = {};  ///< "Name: value"
  Fault fault = Fault::none;
  std::chrono::milliseconds delay{0};  ///< of silence before anything is sent
  bool content_length = true;
};

struct ReceivedRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  int connection = 0;  ///< number of the connection, from 1
  std::chrono::steady_clock::time_point time{};
};

/// An HTTP server on a free loopback port that answers as it is told, and remembers what it was asked. Raw sockets, because a library would
/// not send the broken answers that are wanted. Replies are used up in order; the last one stays.
class FaultServer
{
public:
  explicit FaultServer(std::deque<Reply> replies);
  ~FaultServer();
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
  [[nodiscard]] int port() const { return m_port; }
  [[nodiscard]] std::vector<ReceivedRequest> requests() const;
  /// How many requests were in the server's hands at once, at most.
  [[nodiscard]] int most_at_once() const { return m_most_at_once; }

private:
  void accept_connections();
  void serve(int fd, int connection);
  Reply next_reply();

  int m_listener;
  int m_port = 0;
  mutable std::mutex m_mutex;
  std::deque<Reply> m_replies;
  std::vector<ReceivedRequest> m_requests;
  std::vector<int> m_open;
  std::atomic<bool> m_stopping = false;
  std::atomic<int> m_at_once = 0;
  std::atomic<int> m_most_at_once = 0;
  std::vector<std::thread> m_workers;
  std::thread m_acceptor;
};

}  // namespace davit::tests
