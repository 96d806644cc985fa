// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "aws/local/front/credential_store.hpp"
#include "aws/local/lambda/function.hpp"
#include "aws/local/lambda/image_cache.hpp"
#include "aws/local/lambda/log_writer.hpp"
#include "aws/local/lambda/runtime_api.hpp"

namespace davit::aws::local::lambda {

/// What all sandboxes of a local AWS share.
struct SandboxHost {
  Isolation isolation = Isolation::process;
  std::string endpoint;           ///< that handlers reach AWS at
  std::filesystem::path scratch;  ///< folder of the sandboxes' own /tmp
  CredentialStore& credentials;
  LogWriter& log;
};

/// One execution environment: a process of the function, its Runtime API, its credentials, its log stream. Serves one event at a time.
class Sandbox
{
public:
  /// Starts the process; RuntimeApi::wait_until_ready says when it is ready. A usage error where plan_launch refuses.
  static Result<std::shared_ptr<Sandbox>> start(const SandboxHost& host, const Function& function, const UnpackedImage& image);
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  [[nodiscard]] RuntimeApi& api() { return *m_api; }
  [[nodiscard]] SandboxProcess& process() { return *m_process; }
  [[nodiscard]] const std::string& revision() const { return m_revision; }
  [[nodiscard]] const std::string& arn() const { return m_arn; }
  [[nodiscard]] const std::string& log_stream() const { return m_destination.stream; }

  /// Since the start of the process.
  [[nodiscard]] std::chrono::duration<double, std::milli> age() const { return std::chrono::steady_clock::now() - m_started; }

  /// A line of the platform's own, in order with what the handler prints.
  void write_log(const std::string& line);

  /// What was logged since the last call, everything that the process has written so far included.
  std::string take_log();

private:
  Sandbox(const SandboxHost& host, const Function& function, LogDestination destination);
  void on_output(std::string_view bytes);
  void log_locked(std::string line);

  const SandboxHost& m_host;
  std::string m_arn;
  std::string m_revision;
  LogDestination m_destination;
  std::string m_access_key_id;
  std::filesystem::path m_scratch;
  std::chrono::steady_clock::time_point m_started;

  std::mutex m_log_mutex;
  std::string m_partial;  ///< a line whose end has not come yet
  std::string m_recent;

  std::unique_ptr<RuntimeApi> m_api;
  std::unique_ptr<SandboxProcess> m_process;
};

}  // namespace davit::aws::local::lambda
