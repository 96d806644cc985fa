// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/core/result.hpp"
#include "aws/dynamodb/requests.hpp"
#include "aws/dynamodb/table.hpp"

namespace CLI {
class App;
}

namespace davit::commands::table {

/// Which items of a table a scan is to give.
struct SelectionFlags {
  std::string index;
  std::string filter;
  std::string names;
  std::string values;
};
void add_selection_flags(CLI::App& command, SelectionFlags& flags);

/// The index of the table with this name, nullptr for an empty name. A not_found error names the nearest one: the service calls a missing
/// index an invalid request, and names no other.
Result<const aws::dynamodb::IndexDescription*> find_index(const aws::dynamodb::TableDescription& table, const std::string& name);

/// The scan for them, consistent wherever that is possible: everywhere but in a global index. Usage error with the place of what cannot be
/// read.
Result<aws::dynamodb::ScanRequest> scan_request(const SelectionFlags& flags, const aws::dynamodb::TableDescription& table);

}  // namespace davit::commands::table
