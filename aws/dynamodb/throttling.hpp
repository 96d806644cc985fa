// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/auth/service_client.hpp"

namespace davit::aws::dynamodb {

/// The failure of an answer that has one. Where the service throttled and says which limit it was, its message says so too: the table's,
/// an index's, the account's, or that of one key range, which no other table setting lifts
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html).
Error failure_of(const auth::Answer& answer);

/// Which limit a throttled call met.
enum class Throttle {
  none,       ///< it was not throttled
  table,      ///< of the table or an index: to go slower helps
  key_range,  ///< of the partitions that hold these keys: to write others meanwhile helps
  account,    ///< of the account: the tables of others are in it too
};

/// By the failure's code and the service's reasons.
Throttle throttle_of(const auth::Answer& answer);

}  // namespace davit::aws::dynamodb
