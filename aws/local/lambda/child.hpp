// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "aws/local/lambda/launch.hpp"
#include "aws/local/lambda/user_mapping.hpp"

namespace davit::aws::local::lambda {

/// Why a child could not become the handler.
struct ChildFailure {
  int error = 0;  ///< errno
  enum class Step : int { isolate, enter, execute } step = Step::isolate;
};

/// The child's side of a launch. Made before the fork; run() makes system calls only, because the parent has other threads, which may have
/// held any lock at the moment of the fork.
class Child
{
public:
  /// Descriptors: what the handler writes to, and where a ChildFailure is reported.
  Child(const LaunchPlan& plan, int output, int report);

  [[noreturn]] void run() const;

private:
  struct Mount {
    std::string source;
    std::string target;
  };

  void isolate() const;
  void enter_namespace() const;
  void mount_tree(bool required) const;
  void drop_privileges() const;
  void execute() const;
  [[noreturn]] void give_up(ChildFailure::Step step) const;

  const LaunchPlan& m_plan;
  int m_output;
  int m_report;
  pid_t m_parent;
  UserMapping m_mapping;
  std::string m_root;
  std::vector<Mount> m_mounts;
  std::vector<std::string> m_settings;
  std::vector<char*> m_arguments;
  std::vector<char*> m_environment;
};

}  // namespace davit::aws::local::lambda
