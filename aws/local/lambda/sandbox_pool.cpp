// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/sandbox_pool.hpp"

namespace davit::aws::local::lambda {
namespace {

/// How long a runtime may take from its answer to asking for the next event, before a new process is the better choice.
constexpr std::chrono::seconds k_settle_limit{1};

/// How long an environment is kept for the next event; Lambda says only that it is some time.
constexpr std::chrono::minutes k_idle_limit{10};

}  // namespace

SandboxPool::SandboxPool(const SandboxHost& host, const ImageCache& images) : m_host(host), m_images(images), m_reaper([this] { reap(); })
{
}

void SandboxPool::reap()
{
  std::unique_lock lock(m_mutex);
  while (!m_stopped || !m_buried.empty()) {
    m_changed.wait(lock, [this] { return m_stopped || !m_buried.empty(); });
    auto buried = std::exchange(m_buried, {});
    lock.unlock();
    buried.clear();
    lock.lock();
  }
}

/// Those who keep it still, an invocation that sees it end, let it go later.
void SandboxPool::bury_locked(std::shared_ptr<Sandbox> sandbox, ShutdownReason reason)
{
  sandbox->begin_shutdown(reason);
  m_all.erase(sandbox);
  m_buried.push_back(std::move(sandbox));
  m_changed.notify_all();
}

std::shared_ptr<Sandbox> SandboxPool::take_idle(const Function& function)
{
  while (true) {
    std::shared_ptr<Sandbox> sandbox;
    {
      const std::lock_guard lock(m_mutex);
      auto& idle = m_idle[function.version_arn()];
      if (idle.empty()) {
        return nullptr;
      }
      sandbox = std::move(idle.back().sandbox);
      idle.pop_back();
    }
    if (sandbox->deployment() == function.deployment_id &&
        sandbox->api().wait_until_idle(std::chrono::steady_clock::now() + k_settle_limit)) {
      return sandbox;
    }
    discard(std::move(sandbox), ShutdownReason::spindown);
  }
}

Result<std::shared_ptr<Sandbox>> SandboxPool::start(const Function& function, const std::string& log_stream)
{
  DAVIT_TRY_ASSIGN(const auto image, m_images.find(function.image_digest));
  const std::lock_guard lock(m_mutex);
  bury_stale_locked();
  if (m_stopped || m_all.size() >= k_most) {
    return nullptr;
  }
  DAVIT_TRY_ASSIGN(auto sandbox, Sandbox::start(m_host, function, image, log_stream));
  m_all.insert(sandbox);
  return sandbox;
}

/// What has been idle for too long; at the limit every idle one, so that those that nobody asks for keep none out that is needed.
void SandboxPool::bury_stale_locked()
{
  const bool is_full = m_all.size() >= k_most;
  const auto oldest = std::chrono::steady_clock::now() - k_idle_limit;
  for (auto& [arn, idle] : m_idle) {
    std::erase_if(idle, [&](Idle& each) {
      const bool goes = is_full || each.since < oldest;
      if (goes) {
        bury_locked(std::move(each.sandbox), ShutdownReason::spindown);
      }
      return goes;
    });
  }
}

void SandboxPool::give_back(const std::shared_ptr<Sandbox>& sandbox)
{
  const std::lock_guard lock(m_mutex);
  if (!m_stopped) {
    m_idle[sandbox->arn()].push_back({sandbox, std::chrono::steady_clock::now()});
  }
}

void SandboxPool::discard(std::shared_ptr<Sandbox> sandbox, ShutdownReason reason)
{
  const std::lock_guard lock(m_mutex);
  bury_locked(std::move(sandbox), reason);
}

void SandboxPool::forget(const std::string& arn)
{
  const std::lock_guard lock(m_mutex);
  for (auto& [version, idle] : m_idle) {
    if (version != arn && !version.starts_with(arn + ":")) {
      continue;
    }
    for (auto& each : std::exchange(idle, {})) {
      bury_locked(std::move(each.sandbox), ShutdownReason::spindown);
    }
  }
}

void SandboxPool::stop()
{
  {
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    m_idle.clear();
    for (auto sandbox : std::exchange(m_all, {})) {
      sandbox->begin_shutdown(ShutdownReason::spindown);
      if (!sandbox->is_shutting_down()) {
        sandbox->kill();
      }
      m_buried.push_back(std::move(sandbox));
    }
  }
  m_changed.notify_all();
  if (m_reaper.joinable()) {
    m_reaper.join();
  }
}

}  // namespace davit::aws::local::lambda
