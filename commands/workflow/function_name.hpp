// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/context.hpp"

namespace davit::commands::workflow {

/// The function that a NAME on a command line means.
struct FunctionTarget {
  std::string physical_name;                    ///< or an ARN
  std::optional<std::chrono::seconds> timeout;  ///< of davit.yaml, where it names the function
  cli::config::Architecture architecture = cli::config::Architecture::x86_64;
};

/// NAME is `handler` or a key of `functions` first, else a physical name or an ARN; empty means the project's handler. Usage error when
/// there is no project to take it from.
Result<FunctionTarget> find_function(cli::Context& context, const std::string& name);

}  // namespace davit::commands::workflow
