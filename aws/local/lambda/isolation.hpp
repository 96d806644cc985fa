// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::local::lambda {

/// How a handler is kept to its image's files.
enum class Isolation {
  chroot,          ///< as root: the image is the root file system, the handler runs as an unprivileged user
  user_namespace,  ///< the same without being root, in a user and mount namespace
  process,         ///< neither is allowed: a plain process that is given the image's /var/task
};

std::string_view name_of(Isolation isolation);

/// "chroot", "userns", "process"; nothing for anything else.
std::optional<Isolation> isolation_of(std::string_view name);

/// The strongest that this machine allows, found by trying each in a child process.
Isolation best_isolation();

/// Whether this machine allows it.
bool is_possible(Isolation isolation);

}  // namespace davit::aws::local::lambda
