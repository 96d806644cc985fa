// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "commands/workflow/smoke/suite.hpp"
#include "commands/workflow/smoke/target.hpp"

namespace davit::commands::workflow::smoke {

/// How one assertion came out.
struct CheckResult {
  std::string check;
  OrderedJson expected;
  OrderedJson actual;  ///< null when there is none
  bool ok = false;
};

enum class StepStatus {
  passed,
  failed,   ///< a check is not ok
  error,    ///< the call itself brought no answer
  skipped,  ///< setup failed, an earlier step could not capture what this one needs, or the run was interrupted
};

struct StepResult {
  std::string name;
  std::string phase;  ///< "setup", "step" or "cleanup"
  int line = 0;       ///< of the suite's file
  StepStatus status = StepStatus::passed;
  int duration_ms = 0;  ///< of all attempts, with the waits between them
  int attempts = 0;
  std::vector<CheckResult> checks;           ///< of the last attempt
  std::string message = {};                  ///< of an error, or why it was skipped
  std::string hint = {};                     ///< what to do about an error
  std::optional<ErrorKind> error_kind = {};  ///< of an error
  OrderedJson answer = nullptr;              ///< what came back, as comparable() makes it; null unless it is kept
};

struct SuiteResult {
  std::string name;
  std::string file;
  std::string target;
  TimePoint started = {};
  std::vector<StepResult> steps;

  [[nodiscard]] bool passed() const;
};

/// Told after each step, for progress.
using StepListener = std::function<void(const Suite&, const StepResult&)>;

/// Whether the answers are kept, to be compared with those of another target.
enum class AnswersKept { no, yes };

/// Runs a suite: setup, steps while setup held, and cleanup always: after a failure, and after a signal that came when the suite had begun.
/// `default_token` is the profile of steps that name none; empty sends none. Secrets stand as *** in the results.
SuiteResult run_suite(const Suite& suite, Target& target, const std::string& default_token, const StepListener& listener,
                      AnswersKept answers_kept = AnswersKept::no);

/// "passed", "failed", "error" or "skipped".
std::string name_of(StepStatus status);

}  // namespace davit::commands::workflow::smoke
