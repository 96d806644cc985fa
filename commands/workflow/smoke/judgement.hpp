// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "commands/workflow/smoke/observation.hpp"

namespace davit::commands::workflow::smoke {

/// Whether what was found is what the check expects.
bool holds(const Check& check, const Found& found);

/// Whether all of them hold of an answer. False of none at all, and when one cannot be asked of it.
bool all_hold(const std::vector<Check>& checks, const Observed& observed);

/// What a report says of a check of a schema: "valid", or the list of what is wrong, which says more than the whole value.
OrderedJson schema_findings(const Check& check, const Found& found);

/// At most 16 KiB of a value, cut where a character of UTF-8 begins.
OrderedJson shortened(OrderedJson value);

}  // namespace davit::commands::workflow::smoke
