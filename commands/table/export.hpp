// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::table {

/// `davit table export`: the items of a table as a file, in an order that does not depend on the server.
void add_export(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
