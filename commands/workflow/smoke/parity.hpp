// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "commands/workflow/smoke/runner.hpp"
#include "commands/workflow/smoke/variables.hpp"

namespace davit::commands::workflow::smoke {

/// An answer as it is compared with that of another target: status, headers, function error, and the body as JSON where it is any. What
/// differs from run to run, the values of variables and captures, stands by its name: {{run}}, {{id}}.
OrderedJson comparable(const Answer& answer, const Variables& variables);

/// A place where two targets answered one step differently.
struct Difference {
  std::string suite;
  std::string step;
  std::string where;  ///< "outcome", "status", "header x-a", "json $.items[2].price", "body"
  OrderedJson first;
  OrderedJson second;
};

/// Every difference between the runs of the same suites, whose steps were run with AnswersKept::yes. Headers that proxies, gateways and
/// clocks add are passed over (date, server, via, request ids, content-length and their like), and what `ignored` names: "header x-a", or
/// a JSON path with all that is below it, in which [*] is any index.
std::vector<Difference> differences(std::span<const SuiteResult> first, std::span<const SuiteResult> second,
                                    const std::vector<std::string>& ignored);

/// What came of a comparison.
struct Parity {
  std::string target;  ///< the other one
  std::vector<Difference> differences;
};

/// {"target": ..., "differences": [...]}
OrderedJson to_json(const Parity& parity);

}  // namespace davit::commands::workflow::smoke
