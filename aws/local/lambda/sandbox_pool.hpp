// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "aws/local/lambda/sandbox.hpp"

namespace davit::aws::local::lambda {

/// The execution environments: one an event at a time, idle ones used again, the last used first.
class SandboxPool
{
public:
  /// As many at once as an AWS account may have whose quota was not raised.
  static constexpr std::size_t k_most = 1000;

  SandboxPool(const SandboxHost& host, const ImageCache& images);
  ~SandboxPool() { stop(); }
  SandboxPool(const SandboxPool&) = delete;
  SandboxPool& operator=(const SandboxPool&) = delete;

  /// An idle sandbox of this deployment of the version, waiting for its next event; nullptr when there is none.
  std::shared_ptr<Sandbox> take_idle(const Function& function);

  /// A new process, which goes on with a log stream that another one began if that is named. nullptr when there are too many, or when the
  /// pool was stopped.
  Result<std::shared_ptr<Sandbox>> start(const Function& function, const std::string& log_stream = "");

  /// For the next event.
  void give_back(const std::shared_ptr<Sandbox>& sandbox);

  /// Ends it, behind the caller's back.
  void discard(std::shared_ptr<Sandbox> sandbox, ShutdownReason reason);

  /// Ends the idle sandboxes of a version (by its ARN), or of all versions (by the ARN of the function), that was changed or deleted; busy
  /// ones end when their deployment is asked for in vain.
  void forget(const std::string& arn);

  /// Ends all, busy ones as well: their invocations see the end of the process.
  void stop();

private:
  struct Idle {
    std::shared_ptr<Sandbox> sandbox;
    std::chrono::steady_clock::time_point since;
  };
  void bury_stale_locked();
  void bury_locked(std::shared_ptr<Sandbox> sandbox, ShutdownReason reason);
  void reap();

  const SandboxHost& m_host;
  const ImageCache& m_images;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_stopped = false;
  std::vector<std::shared_ptr<Sandbox>> m_buried;  ///< for the reaper: their ends may take two seconds
  std::set<std::shared_ptr<Sandbox>> m_all;
  std::map<std::string, std::vector<Idle>> m_idle;  ///< by ARN of the version; the longest idle one first
  std::thread m_reaper;
};

}  // namespace davit::aws::local::lambda
