// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "aws/core/time.hpp"
#include "aws/local/logs/log_store.hpp"

namespace davit::aws::local::lambda {

/// Where the lines of a function go.
struct LogDestination {
  Caller caller;
  std::string group;
  std::string stream;
};

/// Writes what handlers print to CloudWatch Logs, on a thread of its own: no invocation waits for the disk.
class LogWriter
{
public:
  LogWriter(logs::LogStore& store, Clock clock);
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  /// Writes what is left.
  ~LogWriter();

  /// Keeps the order of calls.
  void append(const LogDestination& destination, logs::NewLogEvent event);

  [[nodiscard]] std::int64_t now_ms() const { return m_clock().time_since_epoch().count(); }

private:
  struct Entry {
    LogDestination destination;
    logs::NewLogEvent event;
  };
  void run();
  void write(const std::vector<Entry>& entries);

  logs::LogStore& m_store;
  Clock m_clock;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::vector<Entry> m_queue;
  bool m_stopping = false;
  std::thread m_thread;
};

}  // namespace davit::aws::local::lambda
