// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace davit::aws::local::lambda {

/// The lines that make the caller root of a fresh user namespace (user_namespaces(7)). Made before the fork, so that write() allocates
/// nothing.
class UserMapping
{
public:
  UserMapping();

  /// In the child, right after unshare(CLONE_NEWUSER). Async-signal-safe.
  [[nodiscard]] bool write() const;

private:
  std::string m_users;
  std::string m_groups;
};

/// The user and group that Lambda runs handlers as, for good. Async-signal-safe; false where root may not change its user.
[[nodiscard]] bool become_handler_user();

}  // namespace davit::aws::local::lambda
