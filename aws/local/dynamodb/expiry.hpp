// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {

/// Deletes the items of every table with time to live whose time has come, and returns how many. An item has expired when the attribute
/// is a number of seconds that lies in the past, but not more than five years
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html). `goes_on` is asked between pages.
Result<std::int64_t> delete_expired(Engine& engine, const std::function<bool()>& goes_on);

/// Does that in the background, on a thread of its own, until it dies. Until they are deleted, expired items are read like all others, as
/// with the service.
class Expiry
{
public:
  /// Looks every `interval`, and less often where the tables are so large that looking would take much of the time.
  Expiry(Engine& engine, std::chrono::milliseconds interval);
  Expiry(const Expiry&) = delete;
  Expiry& operator=(const Expiry&) = delete;
  ~Expiry();

private:
  void run();

  Engine& m_engine;
  std::chrono::milliseconds m_interval;
  std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_stops = false;
  std::thread m_thread;
};

}  // namespace davit::aws::local::dynamodb
