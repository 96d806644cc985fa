// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"

namespace davit::commands::version {

struct VersionRequest {
  bool open_libraries = false;  ///< also those that davit opens when it first needs them
};

struct VersionResponse {
  std::string version;
  std::string commit;  ///< of the source tree it was built from; empty when that was no checkout
  std::string compiler;
  std::string build_type;
  std::string crypto;                 ///< compiled in
  std::optional<std::string> http;    ///< opened at run time; nothing when not asked for, or not there
  std::optional<Error> http_failure;  ///< why it is not there
};

/// Facts about this binary, for bug reports.
VersionResponse version(const VersionRequest& request);

/// "davit 0.1.0 (commit)" and a line feed: what `davit --version` prints.
std::string version_line();

void add_version(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::version
