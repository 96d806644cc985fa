// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "commands/workflow/inventory.hpp"

namespace davit::commands::workflow::destroy {

/// What destroying would remove, in the order in which nothing is left without what it needs: API, function, logs, tables, secrets.
cli::Plan plan_destroy(const Inventory& inventory);

}  // namespace davit::commands::workflow::destroy
