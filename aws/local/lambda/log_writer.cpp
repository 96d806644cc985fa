// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/log_writer.hpp"

namespace davit::aws::local::lambda {

LogWriter::LogWriter(logs::LogStore& store, Clock clock) : m_store(store), m_clock(std::move(clock)), m_thread([this] { run(); }) {}

LogWriter::~LogWriter()
{
  {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
  }
  m_changed.notify_all();
  m_thread.join();
}

void LogWriter::append(const LogDestination& destination, logs::NewLogEvent event)
{
  const std::lock_guard lock(m_mutex);
  m_queue.push_back({destination, std::move(event)});
  m_changed.notify_all();
}

void LogWriter::run()
{
  std::unique_lock lock(m_mutex);
  while (!m_stopping || !m_queue.empty()) {
    m_changed.wait(lock, [this] { return m_stopping || !m_queue.empty(); });
    const auto entries = std::exchange(m_queue, {});
    lock.unlock();
    write(entries);
    lock.lock();
  }
}

/// One transaction for each run of lines of the same stream.
void LogWriter::write(const std::vector<Entry>& entries)
{
  for (std::size_t i = 0; i < entries.size();) {
    const auto& destination = entries[i].destination;
    std::vector<logs::NewLogEvent> events;
    for (; i < entries.size() && entries[i].destination.stream == destination.stream && entries[i].destination.group == destination.group;
         ++i) {
      events.push_back(entries[i].event);
    }
    // A full disk shows in the answers of the other services; a handler goes on without its log, as it does in Lambda.
    static_cast<void>(m_store.append(destination.caller, destination.group, destination.stream, events, now_ms()));
  }
}

}  // namespace davit::aws::local::lambda
