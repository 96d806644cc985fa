// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "aws/local/dynamodb/table.hpp"

namespace davit::aws::local::dynamodb {

/// What an operation used of one table, as ReturnConsumedCapacity reports it
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html).
struct Capacity {
  enum class Detail { none, total, indexes };
  /// Transactions say of their units whether they were for reading or for writing.
  enum class Kind { untold, read, write };

  double table = 0;
  std::map<std::string, double> local_indexes;
  std::map<std::string, double> global_indexes;

  void add(const Capacity& other);
  void add(const Index& index, double units);
  [[nodiscard]] double total() const;

  /// One ConsumedCapacity document.
  [[nodiscard]] std::string to_json(std::string_view table_name, Detail detail, Kind kind = Kind::untold) const;
};

/// Of the request member ReturnConsumedCapacity.
Capacity::Detail detail_of(const Json& request);

/// Write units of an item of that many bytes, one at least.
double write_units(std::size_t bytes);

/// Read units, half of them for an eventually consistent read.
double read_units(std::size_t bytes, bool is_consistent);

}  // namespace davit::aws::local::dynamodb
