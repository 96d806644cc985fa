// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"

namespace davit::aws::dynamodb {

/// Whether the service says that the table of the request is not there.
bool is_missing_table(const Error& error);

/// The error with the table's name in it, which the service leaves out, and with the nearest name among `known` and the tables of the
/// account and region (ListTables; without that permission among `known` alone) in its hint.
Error missing_table_error(Client& client, Error error, const std::string& table, std::vector<std::string> known = {});

}  // namespace davit::aws::dynamodb
