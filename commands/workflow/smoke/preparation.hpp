// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>
#include <vector>

#include "commands/workflow/smoke/target.hpp"
#include "commands/workflow/smoke/variables.hpp"

namespace davit::commands::workflow::smoke {

/// A step whose every {{name}} has its value: nothing that is missing is found out after something was sent.
struct PreparedStep {
  std::variant<PreparedRequest, EventCall, ItemCall> call;
  std::vector<Check> checks;
  std::vector<Check> stop_if;  ///< of its retries
};

/// Not-found error for a variable that no earlier step captured; usage error for what is wrong with the values: a path that does not begin
/// with a slash, an expectation that the matcher cannot use.
Result<PreparedStep> prepare(const Step& step, const Variables& variables);

}  // namespace davit::commands::workflow::smoke
