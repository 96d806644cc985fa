// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/sandbox.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

/// Lambda's largest line: longer ones are split.
constexpr std::size_t k_longest_line = 256 * 1024;

/// "2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef"
std::string new_stream_name(std::int64_t now_ms)
{
  return fmt::format("{:%Y/%m/%d}/[{}]{}", fmt::gmtime(now_ms / 1000), k_latest, to_hex(crypto::random_bytes(16)));
}

std::string role_name(const std::string& arn)
{
  return arn.substr(arn.rfind('/') + 1);
}

}  // namespace

Result<std::shared_ptr<Sandbox>> Sandbox::start(const SandboxHost& host, const Function& function, const UnpackedImage& image)
{
  const LogDestination destination{function.caller(), function.log_group, new_stream_name(host.log.now_ms())};
  const std::shared_ptr<Sandbox> sandbox(new Sandbox(host, function, destination));
  DAVIT_TRY_ASSIGN(sandbox->m_api, RuntimeApi::listen());
  const Principal principal = role_session_principal(function.account, role_name(function.role), function.name);
  const SandboxIdentity identity{.runtime_api = sandbox->m_api->address(),
                                 .endpoint = host.endpoint,
                                 .log_stream = destination.stream,
                                 .access_key_id = principal.access_key_id,
                                 .secret_access_key = principal.secret_access_key,
                                 .session_token = principal.session_token};
  DAVIT_TRY_ASSIGN(auto plan, plan_launch(function, image, identity, host.isolation));
  host.credentials.add(principal);
  sandbox->m_access_key_id = principal.access_key_id;
  plan.scratch = sandbox->m_scratch;
  sandbox->write_log(fmt::format("INIT_START Image: {}\tIsolation: {}", image.digest, name_of(host.isolation)));
  sandbox->m_process = std::make_unique<SandboxProcess>(
      std::move(plan), [raw = sandbox.get()](std::string_view bytes) { raw->on_output(bytes); },
      [raw = sandbox.get()](const ProcessEnd& end) { raw->m_api->process_ended(end); });
  return sandbox;
}

Sandbox::Sandbox(const SandboxHost& host, const Function& function, LogDestination destination)
    : m_host(host),
      m_arn(function.arn()),
      m_revision(function.revision_id),
      m_destination(std::move(destination)),
      m_scratch(host.scratch / crypto::random_uuid()),
      m_started(std::chrono::steady_clock::now())
{
  std::error_code ignored;
  fs::create_directories(m_scratch, ignored);
  // The sticky /tmp that every user may write to; the folders above keep everybody else out.
  ::chmod(m_scratch.c_str(), 01777);
}

Sandbox::~Sandbox()
{
  m_process.reset();
  m_api.reset();
  m_host.credentials.remove(m_access_key_id);
  std::error_code ignored;
  fs::remove_all(m_scratch, ignored);
}

void Sandbox::write_log(const std::string& line)
{
  const std::lock_guard lock(m_log_mutex);
  log_locked(line);
}

std::string Sandbox::take_log()
{
  if (m_process) {
    m_process->drain();
  }
  const std::lock_guard lock(m_log_mutex);
  if (!m_partial.empty()) {
    log_locked(std::exchange(m_partial, {}));
  }
  return std::exchange(m_recent, {});
}

void Sandbox::on_output(std::string_view bytes)
{
  const std::lock_guard lock(m_log_mutex);
  m_partial += bytes;
  std::size_t start = 0;
  for (std::size_t end = 0; (end = m_partial.find('\n', start)) != std::string::npos; start = end + 1) {
    log_locked(m_partial.substr(start, end - start));
  }
  m_partial.erase(0, start);
  if (m_partial.size() > k_longest_line) {
    log_locked(std::exchange(m_partial, {}));
  }
}

void Sandbox::log_locked(std::string line)
{
  line += '\n';
  m_recent += line;
  m_host.log.append(m_destination, {.timestamp_ms = m_host.log.now_ms(), .message = std::move(line)});
}

}  // namespace davit::aws::local::lambda
