// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include "aws/local/lambda/child.hpp"

namespace davit::aws::local::lambda {

/// Stands between davit and a handler, so that nothing a handler has started outlives it: orphans become children of the supervisor
/// (PR_SET_CHILD_SUBREAPER), whatever session or process group they moved to. It ends them all when the handler ends, on SIGTERM, and when
/// davit ends in whatever way; then it ends as the handler did. Needs no privileges.
class Supervisor
{
public:
  /// Made before the fork. Only the two descriptors stay open in what is supervised.
  Supervisor(const Child& child, int output, int report) : m_child(child), m_output(output), m_report(report), m_parent(::getpid()) {}

  /// In the forked child. System calls only: the parent has other threads, which may have held any lock at the moment of the fork.
  [[noreturn]] void run() const;

private:
  [[nodiscard]] int wait_for_handler(pid_t handler) const;

  const Child& m_child;
  int m_output;
  int m_report;
  pid_t m_parent;
};

}  // namespace davit::aws::local::lambda
