// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/dynamodb/key_schema.hpp"

namespace davit::aws::dynamodb {

/// A table as davit makes them: on-demand, its global indexes projecting every attribute.
struct TableDefinition {
  std::string name;
  KeySchema key;
  std::map<std::string, KeySchema> indexes;
};

struct IndexDescription {
  std::string name;
  KeySchema key;
  std::string status;      ///< ACTIVE, CREATING, ...; local indexes have none
  std::string projection;  ///< ALL, KEYS_ONLY, INCLUDE
  bool is_local = false;
};

struct TableDescription {
  std::string name;
  std::string arn;
  std::string status;
  std::string billing_mode;  ///< PAY_PER_REQUEST or PROVISIONED
  KeySchema key;
  std::vector<IndexDescription> indexes;
  std::optional<TimePoint> created_at;
  std::int64_t item_count = 0;  ///< as of up to six hours ago
  std::int64_t size_bytes = 0;  ///< as of up to six hours ago
  bool deletion_protected = false;

  /// The table and every index are ACTIVE.
  [[nodiscard]] bool is_ready() const;
};

/// The document of CreateTable.
Json create_table_document(const TableDefinition& definition);

/// Reads the description that CreateTable, DescribeTable and DeleteTable answer with. A failed error when it is no such document.
Result<TableDescription> table_description_from_json(const Json& json);

/// How the table that is there differs from the definition, one line a difference; what a definition does not say is no difference.
std::vector<std::string> differences(const TableDefinition& wanted, const TableDescription& found);

/// "pk (S), sk (N)".
std::string to_string(const KeySchema& key);

}  // namespace davit::aws::dynamodb
