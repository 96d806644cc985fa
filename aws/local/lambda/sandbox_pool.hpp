// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "aws/local/lambda/sandbox.hpp"

namespace davit::aws::local::lambda {

/// The execution environments: one an event at a time, idle ones used again, the last used first.
class SandboxPool
{
public:
  /// As many at once as a new AWS account may have.
  static constexpr std::size_t k_most = 100;

  SandboxPool(const SandboxHost& host, const ImageCache& images) : m_host(host), m_images(images) {}
  ~SandboxPool() { stop(); }
  SandboxPool(const SandboxPool&) = delete;
  SandboxPool& operator=(const SandboxPool&) = delete;

  /// An idle sandbox of this revision of the function, waiting for its next event; nullptr when there is none.
  std::shared_ptr<Sandbox> take_idle(const Function& function);

  /// A new process. nullptr when there are too many, or when the pool was stopped.
  Result<std::shared_ptr<Sandbox>> start(const Function& function);

  /// For the next event.
  void give_back(const std::shared_ptr<Sandbox>& sandbox);

  /// Ends it.
  void discard(std::shared_ptr<Sandbox> sandbox);

  /// Ends the idle sandboxes of a function that was changed or deleted; busy ones end when their revision is asked for in vain.
  void forget(const std::string& arn);

  /// Ends all, busy ones as well: their invocations see the end of the process.
  void stop();

private:
  const SandboxHost& m_host;
  const ImageCache& m_images;
  std::mutex m_mutex;
  bool m_stopped = false;
  std::set<std::shared_ptr<Sandbox>> m_all;
  std::map<std::string, std::vector<std::shared_ptr<Sandbox>>> m_idle;  ///< by function ARN
};

}  // namespace davit::aws::local::lambda
