// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "commands/workflow/smoke/target.hpp"

namespace davit::commands::workflow::smoke {

/// What a check may look at: the answer and how long it took.
struct Observed {
  Answer answer;
  int latency_ms = 0;
};

/// What a check found.
struct Found {
  std::optional<OrderedJson> value;  ///< nothing when the answer has no such part
  bool is_comparable = true;         ///< false for JSON asked of a body that is none: `value` is then its text, and no check of it holds
};

/// The part of the answer that a check is about; of `log` what has been read of it so far.
Result<Found> find_subject(const Check& check, const Observed& observed);

/// What a capture keeps, nothing when the answer does not have it.
Result<std::optional<OrderedJson>> find_capture(const Capture& capture, const Answer& answer);

}  // namespace davit::commands::workflow::smoke
