// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/log_writer.hpp"

#include <map>
#include <tuple>

namespace davit::aws::local::lambda {
namespace {

constexpr std::chrono::milliseconds k_gathering{20};

}  // namespace

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
  if (m_queue.size() == 1) {
    m_changed.notify_all();
  }
}

void LogWriter::run()
{
  std::unique_lock lock(m_mutex);
  while (!m_stopping || !m_queue.empty()) {
    m_changed.wait(lock, [this] { return m_stopping || !m_queue.empty(); });
    // The lines of many invocations go into one transaction.
    m_changed.wait_for(lock, k_gathering, [this] { return m_stopping; });
    const auto entries = std::exchange(m_queue, {});
    lock.unlock();
    write(entries);
    lock.lock();
  }
}

/// One transaction for each stream; its lines keep their order.
void LogWriter::write(const std::vector<Entry>& entries)
{
  using Stream = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Stream, std::vector<logs::NewLogEvent>> streams;
  for (const auto& [destination, event] : entries) {
    streams[{destination.caller.account_id, destination.caller.region, destination.group, destination.stream}].push_back(event);
  }
  for (const auto& [stream, events] : streams) {
    const auto& [account, region, group, name] = stream;
    const Caller owner{.account_id = account, .region = region};
    // A full disk shows in the answers of the other services; a handler goes on without its log, as it does in Lambda.
    static_cast<void>(m_store.append(owner, group, name, events, now_ms()));
  }
}

}  // namespace davit::aws::local::lambda
