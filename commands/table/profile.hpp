// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "aws/dynamodb/table_settings.hpp"

namespace davit::commands::table {

/// A setting that the service did not tell, and why: the identity may not ask for it, or this server has no such operation.
struct Untold {
  std::string setting;
  std::string reason;
};

/// All that can be asked about a table.
struct TableProfile {
  aws::dynamodb::TableDescription table;
  std::optional<aws::dynamodb::TimeToLive> time_to_live;
  std::optional<aws::dynamodb::PointInTimeRecovery> recovery;
  std::optional<aws::dynamodb::Tags> tags;
  std::vector<Untold> untold;
};

/// Asks for what DescribeTable does not tell. What cannot be told is noted; an error is one of the network or the credentials.
Result<TableProfile> profile_of(aws::dynamodb::Client& client, aws::dynamodb::TableDescription table);

/// What makes another table like this one. Its name is this one's.
aws::dynamodb::TableDefinition definition_of(const TableProfile& profile);

/// The document of `table describe`, which `table create --from` reads back (definition_file.hpp).
OrderedJson to_json(const TableProfile& profile);

}  // namespace davit::commands::table
