// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/workflow/smoke/parity.hpp"
#include "commands/workflow/smoke/runner.hpp"
#include "commands/workflow/smoke/suite_files.hpp"

namespace davit::commands::workflow::smoke {

struct SmokeRequest {
  std::vector<std::filesystem::path> files;  ///< empty means what davit.yaml lists
  std::string target;                        ///< empty means the environment's own
  std::string token;                         ///< profile of the steps that name none
  int jobs = 1;                              ///< how many suites run at once
  std::string sign;                          ///< service that the requests to a URL are signed for; empty: none, or as a function URL asks
  std::string parity;                        ///< another target, whose answers are compared; empty: none
  std::vector<std::string> parity_ignored;   ///< "header NAME" or JSON paths
};

struct SmokeResponse {
  std::vector<SuiteResult> suites;  ///< with those of the other target behind those of the first
  std::optional<Parity> parity;

  [[nodiscard]] bool passed() const;
};

/// Reads every suite, refusing all of them when one is wrong, and runs them, `jobs` at once.
Result<SmokeResponse> smoke(cli::Context& context, const SmokeRequest& request);

/// What the exit code and the error line say of a run that did not pass. Nothing when it did.
std::optional<Error> smoke_failure(const SmokeResponse& response);

cli::Document document_of(const SmokeResponse& response);

}  // namespace davit::commands::workflow::smoke
