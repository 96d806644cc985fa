// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

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
  /// With a log stream that an earlier environment began it is a second attempt of the same start.
  static Result<std::shared_ptr<Sandbox>> start(const SandboxHost& host, const Function& function, const UnpackedImage& image,
                                                const std::string& log_stream = "");
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  [[nodiscard]] RuntimeApi& api() { return *m_api; }

  /// Of handler and extensions, and the most that the handler ever had; 0 before it has started and after its end.
  [[nodiscard]] int memory_mb();
  [[nodiscard]] int peak_memory_mb();

  /// Ends everything in it. Returns at once.
  void kill();

  /// Where there are extensions, tells them and the handler to end, which they have two seconds for before they are killed. Returns at
  /// once; the destructor waits. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
  void begin_shutdown(ShutdownReason reason);
  [[nodiscard]] bool is_shutting_down() const { return m_shutdown_deadline.has_value(); }
  [[nodiscard]] const std::string& deployment() const { return m_deployment; }
  [[nodiscard]] const std::string& arn() const { return m_arn; }  ///< of the version
  [[nodiscard]] const std::string& log_stream() const { return m_destination.stream; }

  /// Since the start of the process.
  [[nodiscard]] std::chrono::duration<double, std::milli> age() const { return std::chrono::steady_clock::now() - m_started; }

  /// A line of the platform's own, in order with what the handler prints.
  void write_log(const std::string& line);

  /// What was logged since it was last taken, everything that the process has written so far included.
  std::string take_output();
  /// The same without asking the process.
  std::string take_log();

private:
  Sandbox(const SandboxHost& host, const Function& function, LogDestination destination);
  void on_output(std::string& partial, std::string_view bytes);
  void log_locked(std::string line);
  Status listen(const Json& about, const std::vector<std::string>& extensions);
  Status plan(const Function& function, const UnpackedImage& image);
  void start_handler();
  void start_extension(const LaunchPlan& handler, const std::string& name);
  void wait_for_ends(std::chrono::steady_clock::time_point deadline);
  void for_each_process(const std::function<void(SandboxProcess&)>& action);

  const SandboxHost& m_host;
  std::string m_arn;
  std::string m_deployment;
  LogDestination m_destination;
  std::string m_access_key_id;
  std::filesystem::path m_scratch;
  std::chrono::steady_clock::time_point m_started;

  std::mutex m_log_mutex;
  std::string m_partial;  ///< a line of the handler whose end has not come yet
  std::string m_recent;

  std::unique_ptr<RuntimeApi> m_api;
  std::optional<std::chrono::steady_clock::time_point> m_shutdown_deadline;

  std::mutex m_process_mutex;
  bool m_kill_asked = false;
  LaunchPlan m_plan;
  std::unique_ptr<SandboxProcess> m_process;
  struct Extension {
    std::string partial;  ///< a line whose end has not come yet
    std::unique_ptr<SandboxProcess> process;
  };
  std::vector<std::unique_ptr<Extension>> m_extensions;
};

}  // namespace davit::aws::local::lambda
