// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "aws/local/lambda/launch.hpp"
#include "aws/local/lambda/user_mapping.hpp"

namespace davit::aws::local::lambda {

/// What a child writes to its report descriptor: who it is, and then why it could not become the handler, if so.
struct ChildReport {
  pid_t pid = 0;
  int error = 0;  ///< errno
  enum class Step : int { started, isolate, enter, execute } step = Step::started;
};

/// The child's side of a launch. Made before the fork; run() makes system calls only, because the parent has other threads, which may have
/// held any lock at the moment of the fork.
class Child
{
public:
  /// Descriptors: what the handler writes to, and where it reports.
  Child(const LaunchPlan& plan, int output, int report);

  /// `parent` is the process that it shall not outlive.
  [[noreturn]] void run(pid_t parent) const;

private:
  struct Mount {
    std::string source;
    std::string target;
  };

  void isolate() const;
  void enter_namespace() const;
  void mount_tree(bool required) const;
  void execute() const;
  void send(const ChildReport& report) const;
  [[noreturn]] void give_up(ChildReport::Step step) const;

  const LaunchPlan& m_plan;
  int m_output;
  int m_report;
  UserMapping m_mapping;
  std::string m_root;
  std::vector<Mount> m_mounts;
  std::vector<std::string> m_settings;
  std::vector<char*> m_arguments;
  std::vector<char*> m_environment;
};

}  // namespace davit::aws::local::lambda
