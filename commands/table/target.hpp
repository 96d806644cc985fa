// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "cli/config/table_target.hpp"
#include "cli/context.hpp"

namespace davit::commands::table {

/// What a NAME means here.
Result<cli::config::TableTarget> find_target(cli::Context& context, const std::string& name);

/// What several mean; every table of davit.yaml when there are none. Usage error when there is nothing to mean.
Result<std::vector<cli::config::TableTarget>> find_targets(cli::Context& context, const std::vector<std::string>& names);

/// Calls of the context's session.
Result<aws::dynamodb::Client> make_client(cli::Context& context);

/// "products (shop-dev-products)", or the one name when both are the same.
std::string shown(const cli::config::TableTarget& target);

/// The description of the table. A missing one is a not_found error whose hint says how to make it, or which name is near.
Result<aws::dynamodb::TableDescription> describe(cli::Context& context, aws::dynamodb::Client& client,
                                                 const cli::config::TableTarget& target);

}  // namespace davit::commands::table
