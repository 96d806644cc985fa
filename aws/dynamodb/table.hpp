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

/// Reads and writes, in units a second.
struct Units {
  std::int64_t read = 0;
  std::int64_t write = 0;
  bool operator==(const Units&) const = default;
};

/// How much a table or an index can take.
struct Throughput {
  std::optional<Units> provisioned = std::nullopt;  ///< of billing mode PROVISIONED
  std::optional<Units> on_demand = std::nullopt;    ///< the most that an on-demand table takes; -1 is no limit
  std::optional<Units> warm = std::nullopt;         ///< what it can take at once
};

struct IndexDefinition {
  KeySchema key;
  bool is_local = false;
  std::string projection = "ALL";  ///< ALL, KEYS_ONLY, INCLUDE
  std::vector<std::string> non_key_attributes = {};
  Throughput throughput = {};
};

/// A table to be made. Without more than a name and keys: on demand, its indexes projecting every attribute.
struct TableDefinition {
  std::string name;
  KeySchema key;
  std::map<std::string, IndexDefinition> indexes = {};
  std::string billing_mode = "PAY_PER_REQUEST";
  Throughput throughput = {};
  std::string table_class = {};       ///< STANDARD_INFREQUENT_ACCESS, or empty for the usual one
  std::string stream_view_type = {};  ///< empty: no stream
  std::string kms_key = {};           ///< ARN; empty: the key that the service owns
  bool deletion_protected = false;
  std::map<std::string, std::string> tags = {};

  // Set by calls of their own, once the table is active.
  std::string time_to_live = {};                    ///< attribute; empty: none
  std::optional<int> recovery_days = std::nullopt;  ///< point-in-time recovery; 0: as long as the service does by itself
};

struct IndexDescription {
  std::string name;
  KeySchema key;
  std::string status;      ///< ACTIVE, CREATING, ...; local indexes have none
  std::string projection;  ///< ALL, KEYS_ONLY, INCLUDE
  bool is_local = false;
  std::vector<std::string> non_key_attributes = {};
  bool is_backfilling = false;
  Throughput throughput = {};
  std::int64_t item_count = 0;  ///< as of up to six hours ago
  std::int64_t size_bytes = 0;  ///< as of up to six hours ago
};

/// A copy of a global table in another region.
struct ReplicaDescription {
  std::string region;
  std::string status;
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

  std::string id = {};
  Throughput throughput = {};
  std::string table_class = "STANDARD";
  std::string stream_view_type = {};  ///< empty: no stream
  std::string stream_arn = {};
  std::string encryption_status = {};  ///< empty: the key that the service owns
  std::string kms_key = {};            ///< ARN
  std::vector<ReplicaDescription> replicas = {};

  /// The table and every index are ACTIVE.
  [[nodiscard]] bool is_ready() const;
};

/// The document of CreateTable.
Json create_table_document(const TableDefinition& definition);

/// Reads the description that CreateTable, DescribeTable and DeleteTable answer with. A failed error when it is no such document. Takes
/// what a CreateTable request says where an answer says it otherwise, and times as the AWS CLI prints them.
Result<TableDescription> table_description_from_json(const Json& json);

/// How the table that is there differs from the definition, one line a difference; what a definition does not say is no difference.
std::vector<std::string> differences(const TableDefinition& wanted, const TableDescription& found);

/// The definition of another table like this one, as far as its description says. Warm throughput that a new table has anyway is left out.
TableDefinition definition_of(const TableDescription& table);

/// "pk (S), sk (N)".
std::string to_string(const KeySchema& key);

}  // namespace davit::aws::dynamodb
