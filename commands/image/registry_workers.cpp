// SPDX-License-Identifier: Apache-2.0
#include "commands/image/registry_workers.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace davit::commands::image {
namespace {

/// As many connections as other clients open to one registry.
constexpr std::size_t k_most_workers = 4;
constexpr std::chrono::milliseconds k_tick{100};

/// What the threads share.
class Work
{
public:
  explicit Work(std::size_t count, std::size_t workers) : m_count(count), m_running(workers) {}

  /// The next number; nothing when there is none, or when something failed.
  std::optional<std::size_t> next()
  {
    const std::lock_guard lock(m_mutex);
    return m_status && m_next < m_count ? std::optional(m_next++) : std::nullopt;
  }

  void fail_with(Error error)
  {
    const std::lock_guard lock(m_mutex);
    if (m_status) {
      m_status = fail(std::move(error));
    }
  }

  void end()
  {
    const std::lock_guard lock(m_mutex);
    --m_running;
    m_ended.notify_all();
  }

  /// False until the last thread has ended.
  bool wait()
  {
    std::unique_lock lock(m_mutex);
    return m_ended.wait_for(lock, k_tick, [this] { return m_running == 0; });
  }

  Status take_status() { return std::move(m_status); }

private:
  std::mutex m_mutex;
  std::condition_variable m_ended;
  std::size_t m_count;
  std::size_t m_next = 0;
  std::size_t m_running;
  Status m_status;
};

}  // namespace

Status in_parallel(const RegistryAccess& access, std::size_t count,
                   const std::function<Status(aws::registry::Client& client, std::size_t number)>& work,
                   const std::function<void()>& on_wait)
{
  const std::size_t workers = std::min(count, k_most_workers);
  Work shared(count, workers);
  const auto run = [&] {
    auto client = access.open();
    if (!client) {
      shared.fail_with(std::move(client).error());
    }
    while (const auto number = shared.next()) {
      if (auto done = work(*client, *number); !done) {
        shared.fail_with(std::move(done).error());
      }
    }
    shared.end();
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers; ++i) {
    threads.emplace_back(run);
  }
  while (workers > 0 && !shared.wait()) {
    if (on_wait) {
      on_wait();
    }
  }
  for (auto& thread : threads) {
    thread.join();
  }
  return shared.take_status();
}

}  // namespace davit::commands::image
