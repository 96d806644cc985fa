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

/// What Lambda's shutdown phase gives: with external extensions, and with built-in ones only.
constexpr std::chrono::milliseconds k_external_shutdown{2'000};
constexpr std::chrono::milliseconds k_internal_shutdown{500};
constexpr std::chrono::seconds k_kill_limit{2};

/// "2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef"
std::string new_stream_name(std::int64_t now_ms, const std::string& version)
{
  return fmt::format("{:%Y/%m/%d}/[{}]{}", fmt::gmtime(now_ms / 1000), version, to_hex(crypto::random_bytes(16)));
}

std::string role_name(const std::string& arn)
{
  return arn.substr(arn.rfind('/') + 1);
}

/// What extensions learn of their function.
Json about(const Function& function, const UnpackedImage& image)
{
  const auto& command = function.image.command.empty() ? image.command : function.image.command;
  return {{"functionName", function.name},
          {"functionVersion", function.version},
          {"handler", function.package  ? function.package->handler
                      : command.empty() ? ""
                                        : command.front()},
          {"accountId", function.account}};
}

}  // namespace

Result<std::shared_ptr<Sandbox>> Sandbox::start(const SandboxHost& host, const Function& function, const UnpackedImage& image,
                                                const std::string& log_stream)
{
  const std::string stream = log_stream.empty() ? new_stream_name(host.log.now_ms(), function.version) : log_stream;
  const std::shared_ptr<Sandbox> sandbox(new Sandbox(host, function, {function.caller(), function.log_group, stream}));
  const auto extensions = external_extensions(image);
  DAVIT_TRY(sandbox->listen(about(function, image), extensions));
  DAVIT_TRY(sandbox->plan(function, image));
  if (log_stream.empty()) {
    const std::string what = function.package ? "Runtime: " + function.package->runtime : "Image: " + image.digest;
    sandbox->write_log(fmt::format("INIT_START {}\tIsolation: {}", what, name_of(sandbox->m_plan.isolation)));
  }
  for (const auto& name : extensions) {
    sandbox->start_extension(sandbox->m_plan, name);
  }
  if (extensions.empty()) {
    sandbox->start_handler();
  }
  return sandbox;
}

Status Sandbox::listen(const Json& about, const std::vector<std::string>& extensions)
{
  RuntimeTurns turns{.idle = [this] { for_each_process([](SandboxProcess& process) { process.freeze(); }); },
                     .waking = [this] { for_each_process([](SandboxProcess& process) { process.thaw(); }); },
                     .extended = [this] { start_handler(); }};
  DAVIT_TRY_ASSIGN(m_api, RuntimeApi::listen(about, extensions, std::move(turns)));
  return {};
}

/// With fresh keys of the function's role, which are good as long as the environment lives.
Status Sandbox::plan(const Function& function, const UnpackedImage& image)
{
  const Principal principal = role_session_principal(function.account, role_name(function.role), function.name);
  const SandboxIdentity identity{.runtime_api = m_api->address(),
                                 .endpoint = m_host.endpoint,
                                 .log_stream = m_destination.stream,
                                 .access_key_id = principal.access_key_id,
                                 .secret_access_key = principal.secret_access_key,
                                 .session_token = principal.session_token};
  DAVIT_TRY_ASSIGN(m_plan, plan_launch(function, image, identity, m_host.isolation));
  m_host.credentials.add(principal);
  m_access_key_id = principal.access_key_id;
  m_plan.scratch = m_scratch;
  return {};
}

void Sandbox::start_handler()
{
  const std::lock_guard lock(m_process_mutex);
  if (!m_kill_asked && !m_process) {
    m_process = std::make_unique<SandboxProcess>(
        m_plan, [this](std::string_view bytes) { on_output(m_partial, bytes); },
        [this](const ProcessEnd& end) { m_api->process_ended(end); });
  }
}

void Sandbox::start_extension(const LaunchPlan& handler, const std::string& name)
{
  const std::lock_guard lock(m_process_mutex);
  auto extension = std::make_unique<Extension>();
  extension->process = std::make_unique<SandboxProcess>(
      plan_extension(handler, name), [this, raw = extension.get()](std::string_view bytes) { on_output(raw->partial, bytes); },
      [this, name](const ProcessEnd& end) { m_api->extension_ended(name, end); });
  m_extensions.push_back(std::move(extension));
}

void Sandbox::for_each_process(const std::function<void(SandboxProcess&)>& action)
{
  const std::lock_guard lock(m_process_mutex);
  if (m_process) {
    action(*m_process);
  }
  for (const auto& extension : m_extensions) {
    action(*extension->process);
  }
}

/// Without the lock, which the Runtime API may want to tell of an end.
void Sandbox::wait_for_ends(std::chrono::steady_clock::time_point deadline)
{
  std::vector<SandboxProcess*> processes;
  for_each_process([&](SandboxProcess& process) { processes.push_back(&process); });
  for (auto* process : processes) {
    process->wait_for_end(deadline);
  }
}

int Sandbox::memory_mb()
{
  int sum = 0;
  for_each_process([&](const SandboxProcess& process) { sum += process.memory_mb(); });
  return sum;
}

int Sandbox::peak_memory_mb()
{
  const std::lock_guard lock(m_process_mutex);
  return m_process ? m_process->peak_memory_mb() : 0;
}

void Sandbox::kill()
{
  for_each_process([](SandboxProcess& process) { process.kill(); });
  const std::lock_guard lock(m_process_mutex);
  m_kill_asked = true;
}

void Sandbox::begin_shutdown(ShutdownReason reason)
{
  const auto time = m_api->has_external_extensions() ? k_external_shutdown : k_internal_shutdown;
  if (!m_shutdown_deadline && m_api->announce_shutdown(reason, m_host.log.now_ms() + time.count())) {
    m_shutdown_deadline = std::chrono::steady_clock::now() + time;
    const std::lock_guard lock(m_process_mutex);
    if (m_process) {
      m_process->terminate();
    }
  }
}

Sandbox::Sandbox(const SandboxHost& host, const Function& function, LogDestination destination)
    : m_host(host),
      m_arn(function.version_arn()),
      m_deployment(function.deployment_id),
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
  if (m_shutdown_deadline) {
    wait_for_ends(*m_shutdown_deadline);
  }
  kill();
  // The processes see no closed connection, and the Runtime API no process that is gone.
  wait_for_ends(std::chrono::steady_clock::now() + k_kill_limit);
  if (m_api) {
    m_api->stop();
  }
  m_extensions.clear();
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

std::string Sandbox::take_output()
{
  for_each_process([](SandboxProcess& process) { process.drain(); });
  const std::lock_guard lock(m_log_mutex);
  if (!m_partial.empty()) {
    log_locked(std::exchange(m_partial, {}));
  }
  return std::exchange(m_recent, {});
}

std::string Sandbox::take_log()
{
  const std::lock_guard lock(m_log_mutex);
  return std::exchange(m_recent, {});
}

void Sandbox::on_output(std::string& partial, std::string_view bytes)
{
  const std::lock_guard lock(m_log_mutex);
  partial += bytes;
  std::size_t start = 0;
  for (std::size_t end = 0; (end = partial.find('\n', start)) != std::string::npos; start = end + 1) {
    log_locked(partial.substr(start, end - start));
  }
  partial.erase(0, start);
  if (partial.size() > k_longest_line) {
    log_locked(std::exchange(partial, {}));
  }
}

void Sandbox::log_locked(std::string line)
{
  line += '\n';
  m_recent += line;
  m_host.log.append(m_destination, {.timestamp_ms = m_host.log.now_ms(), .message = std::move(line)});
}

}  // namespace davit::aws::local::lambda
