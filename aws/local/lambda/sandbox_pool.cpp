// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/sandbox_pool.hpp"

namespace davit::aws::local::lambda {
namespace {

/// How long a runtime may take from its answer to asking for the next event, before a new process is the better choice.
constexpr std::chrono::seconds k_settle_limit{1};

}  // namespace

std::shared_ptr<Sandbox> SandboxPool::take_idle(const Function& function)
{
  while (true) {
    std::shared_ptr<Sandbox> sandbox;
    {
      const std::lock_guard lock(m_mutex);
      auto& idle = m_idle[function.arn()];
      if (idle.empty()) {
        return nullptr;
      }
      sandbox = std::move(idle.back());
      idle.pop_back();
    }
    if (sandbox->revision() == function.revision_id && sandbox->api().wait_until_idle(std::chrono::steady_clock::now() + k_settle_limit)) {
      return sandbox;
    }
    discard(std::move(sandbox));
  }
}

Result<std::shared_ptr<Sandbox>> SandboxPool::start(const Function& function)
{
  DAVIT_TRY_ASSIGN(const auto image, m_images.find(function.image_digest));
  const std::lock_guard lock(m_mutex);
  if (m_stopped || m_all.size() >= k_most) {
    return nullptr;
  }
  DAVIT_TRY_ASSIGN(auto sandbox, Sandbox::start(m_host, function, image));
  m_all.insert(sandbox);
  return sandbox;
}

void SandboxPool::give_back(const std::shared_ptr<Sandbox>& sandbox)
{
  const std::lock_guard lock(m_mutex);
  if (!m_stopped) {
    m_idle[sandbox->arn()].push_back(sandbox);
  }
}

void SandboxPool::discard(std::shared_ptr<Sandbox> sandbox)
{
  const std::lock_guard lock(m_mutex);
  m_all.erase(sandbox);
}

void SandboxPool::forget(const std::string& arn)
{
  std::vector<std::shared_ptr<Sandbox>> idle;
  {
    const std::lock_guard lock(m_mutex);
    idle = std::exchange(m_idle[arn], {});
    for (const auto& sandbox : idle) {
      m_all.erase(sandbox);
    }
  }
}

void SandboxPool::stop()
{
  std::set<std::shared_ptr<Sandbox>> all;
  {
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    m_idle.clear();
    all.swap(m_all);
  }
  for (const auto& sandbox : all) {
    sandbox->process().kill();
  }
}

}  // namespace davit::aws::local::lambda
