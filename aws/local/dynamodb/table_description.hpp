// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/item_rows.hpp"

namespace davit::aws::local::dynamodb {

/// The record of a table as CreateTable asks for it.
Json new_record(std::int64_t id, const Caller& caller, const Json& input, TimePoint now);

/// One index of a description, as the service shows it.
Json described_index(const Json& wanted, const std::string& table_arn, bool is_global);

/// ProvisionedThroughputDescription: units, and no decreases so far.
Json described_throughput(const Json* wanted);

/// SSEDescription, which a table has only while its key is not the service's own.
void describe_encryption(const Json& input, Json& shown);

/// Warm throughput follows what was asked for upwards, and never goes down.
void raise_warm_throughput(Json& description, std::int64_t read_units, std::int64_t write_units);

/// What CreateTable answers: the description without what the service finds out later.
Json description_of_new(const Json& input, Json description);

/// TableDescription: what is kept, and what is counted or follows from the time.
Result<Json> description_of(store::Connection& connection, const Table& table, TimePoint now);

}  // namespace davit::aws::local::dynamodb
