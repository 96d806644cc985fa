// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/output/document.hpp"

namespace CLI {
class App;
}

namespace davit::cli {

/// One thing that a command will do, or will not do and why.
struct PlanStep {
  enum class Kind { create, update, remove, run, skip };
  Kind kind = Kind::run;
  std::string target;  ///< "table shop-dev-products"
  std::string reason;  ///< what is done to it, or why it is skipped
};

/// What a changing command is about to do. The dry run, the question and the report show this same object.
struct Plan {
  std::vector<PlanStep> steps;

  [[nodiscard]] bool changes_anything() const;
  [[nodiscard]] OrderedJson to_json() const;
  [[nodiscard]] Table to_table() const;
};

/// What --dry-run prints: {"dryRun": true, "steps": [...]}.
Document dry_run_document(const Plan& plan);

/// How much a mistake would cost.
enum class Danger {
  mild,      ///< easily made good: no question
  moderate,  ///< asks; without a terminal needs --yes
  severe,    ///< data is lost: the name is typed; without a terminal needs --confirm NAME
};

/// The flags of a command that changes something.
struct ChangeFlags {
  bool dry_run = false;
  bool yes = false;
  std::string confirm;
};

/// Adds --dry-run, and --yes or --confirm as the danger wants. `flags` must outlive the command.
void add_change_flags(CLI::App& command, ChangeFlags& flags, Danger danger);

/// Shows the plan and asks, as the danger wants. `name` is what has to be typed for a severe one. Usage error where nobody can be asked
/// and the flag is absent; failed when the answer is no.
Status confirm(Context& context, const Plan& plan, const ChangeFlags& flags, Danger danger, const std::string& name);

}  // namespace davit::cli
