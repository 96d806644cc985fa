// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <vector>

namespace davit::aws::local::lambda {

/// The processes below `root`, whatever session or group they moved to, as /proc shows them at the moment; without `root`.
std::vector<pid_t> processes_below(pid_t root);

/// Memory in use by a process, what it shares with others in proportion; 0 when it has ended.
int used_memory_kb(pid_t process);

/// What the kernel says of one process, asked for often.
class ProcessStatus
{
public:
  ProcessStatus() = default;
  explicit ProcessStatus(pid_t process);
  ~ProcessStatus();
  ProcessStatus(const ProcessStatus&) = delete;
  ProcessStatus& operator=(ProcessStatus&& other) noexcept;

  /// The most memory that it ever had in use; 0 when it has ended.
  [[nodiscard]] int peak_memory_kb() const;

private:
  int m_fd = -1;
};

}  // namespace davit::aws::local::lambda
