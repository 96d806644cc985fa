// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/local/lambda/launch.hpp"
#include "aws/local/lambda/process_tree.hpp"

namespace davit::aws::local::lambda {

/// How a handler's process ended.
struct ProcessEnd {
  bool started = true;  ///< false when it could not be executed
  int exit_status = 0;
  int signal = 0;  ///< 0 when it exited by itself
  int peak_memory_mb = 0;
  std::string start_error;  ///< "fork/exec /bootstrap: no such file or directory"

  /// "exit status 1", "signal: killed": Lambda's words.
  [[nodiscard]] std::string to_string() const;
};

/// A handler's process below its supervisor. A thread of its own starts them, reads what the handler writes, and waits for the end; the
/// kernel tells the supervisor when that thread ends, and so when davit ends in whatever way.
class SandboxProcess
{
public:
  using OnOutput = std::function<void(std::string_view)>;
  using OnEnd = std::function<void(const ProcessEnd&)>;

  /// Both callbacks come from other threads; `on_end` comes once, as the last one.
  SandboxProcess(LaunchPlan plan, OnOutput on_output, OnEnd on_end);
  SandboxProcess(const SandboxProcess&) = delete;
  SandboxProcess& operator=(const SandboxProcess&) = delete;
  /// Kills it and waits.
  ~SandboxProcess();

  /// Ends it with all its children. Returns at once.
  void kill();

  /// Asks the handler itself to end, which may take its time.
  void terminate();

  /// Stops it with all that it has started, and lets them go on.
  void freeze();
  void thaw();

  /// Whether it has ended within that time.
  bool wait_for_end(std::chrono::steady_clock::time_point deadline);

  /// Hands over everything that it has written up to now; how many bytes that were.
  std::size_t drain();

  /// Memory in use by it and all that it has started; 0 when it has ended.
  [[nodiscard]] int memory_mb() const;
  /// The most that the handler itself ever used.
  [[nodiscard]] int peak_memory_mb() const;

private:
  void run();
  void read_reports(int fd);
  void read_until_end();
  void finish();
  void signal_strays(int signal);

  LaunchPlan m_plan;
  OnOutput m_on_output;
  OnEnd m_on_end;
  mutable std::mutex m_mutex;  ///< guards the process ids, and reading from m_output
  pid_t m_pid = -1;            ///< of the supervisor; -1 before the start and after the end
  pid_t m_handler = -1;        ///< of the handler, likewise
  ProcessStatus m_status;      ///< of the handler
  int m_output = -1;
  bool m_kill_asked = false;
  bool m_is_frozen = false;
  std::vector<pid_t> m_strays;  ///< frozen ones that have left the handler's process group
  bool m_has_ended = false;
  std::condition_variable m_ended;
  ProcessEnd m_end;
  std::thread m_keeper;
};

}  // namespace davit::aws::local::lambda
