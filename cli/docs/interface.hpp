// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "cli/docs/model.hpp"

namespace davit::cli::docs {

/// Every command and flag as data: a test compares it with the committed copy, so that a change of the interface shows in a diff.
OrderedJson interface_of(const CommandModel& root);

}  // namespace davit::cli::docs
