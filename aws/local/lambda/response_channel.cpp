// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/response_channel.hpp"

#include <utility>

namespace davit::aws::local::lambda {
namespace {

/// How far the runtime may be ahead of the caller.
constexpr std::size_t k_most_waiting = 1024 * 1024;

}  // namespace

void ResponseChannel::begin(std::string content_type)
{
  const std::lock_guard lock(m_mutex);
  m_begun = true;
  m_content_type = std::move(content_type);
  m_changed.notify_all();
}

void ResponseChannel::write(std::string_view piece)
{
  std::unique_lock lock(m_mutex);
  m_changed.wait(lock, [this] { return m_waiting.size() < k_most_waiting || m_closed || m_left; });
  if (!m_closed && !m_left) {
    m_waiting += piece;
    m_changed.notify_all();
  }
}

void ResponseChannel::close()
{
  const std::lock_guard lock(m_mutex);
  m_closed = true;
  m_changed.notify_all();
}

void ResponseChannel::finish(Answer<InvokeResult> result)
{
  const std::lock_guard lock(m_mutex);
  if (result && !result->function_error) {
    m_waiting += std::exchange(result->payload, {});
  }
  m_closed = true;
  m_result = std::move(result);
  m_changed.notify_all();
}

void ResponseChannel::wait_until_begun()
{
  std::unique_lock lock(m_mutex);
  m_changed.wait(lock, [this] { return m_begun || m_result; });
}

std::optional<std::string> ResponseChannel::read()
{
  std::unique_lock lock(m_mutex);
  m_changed.wait(lock, [this] { return !m_waiting.empty() || m_result; });
  if (m_waiting.empty()) {
    return std::nullopt;
  }
  m_changed.notify_all();
  return std::exchange(m_waiting, {});
}

void ResponseChannel::leave()
{
  const std::lock_guard lock(m_mutex);
  m_left = true;
  m_waiting.clear();
  m_changed.notify_all();
}

std::string ResponseChannel::content_type()
{
  const std::lock_guard lock(m_mutex);
  return m_content_type;
}

bool ResponseChannel::has_begun()
{
  const std::lock_guard lock(m_mutex);
  return m_begun;
}

}  // namespace davit::aws::local::lambda
