// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/local/dynamodb/refusal.hpp"

namespace davit::aws::local::dynamodb {

/// Units per second that a table on demand serves from its first second
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial).
constexpr std::int64_t k_initial_read_units = 12000;
constexpr std::int64_t k_initial_write_units = 4000;

/// Capacity units of a ProvisionedThroughput are in bounds.
Complaint throughput_complaint(const Json& throughput);

/// The OnDemandThroughput and WarmThroughput of a CreateTableInput, and of its indexes.
Complaint new_throughputs_complaint(const Json& input);

/// A WarmThroughput for `subject` ("table", "index NAME") in place of the current one, which never goes down.
Complaint warm_change_complaint(const Json& wanted, const Json& current, const std::string& subject);

/// An OnDemandThroughput that UpdateTable brings: -1 takes a limit away.
Complaint on_demand_change_complaint(const Json& wanted, const std::string& subject);

/// "MaxReadRequestUnits" or "MaxWriteRequestUnits": the first member that an OnDemandThroughput has; empty when it has none.
std::string on_demand_member(const Json& throughput);

/// TableClass is no enumeration of the API model's checks: the service has words of its own.
Complaint table_class_complaint(const Json& input);

}  // namespace davit::aws::local::dynamodb
