// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "commands/workflow/smoke/suite.hpp"

namespace davit::commands::workflow::smoke {

/// What a check asks of the matcher: shorthands written out. A list of statuses is any of them, "2xx" a range, a latency an upper limit,
/// a log text a part of the log.
OrderedJson matcher_of(const Check& check);

/// What is wrong with an expectation before anything runs. Nothing when it is fine, or holds a {{name}} whose value will decide.
std::optional<std::string> complaint_about(const Check& check);

}  // namespace davit::commands::workflow::smoke
