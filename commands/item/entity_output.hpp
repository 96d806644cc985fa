// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/config/table_target.hpp"
#include "cli/context.hpp"
#include "commands/item/entity_summary.hpp"

namespace davit::commands::item {

/// The entities of a table, for people and as JSON.
Result<cli::Outcome> outcome_of(cli::Context& context, const cli::config::TableTarget& target, const EntityCensus& census);

}  // namespace davit::commands::item
