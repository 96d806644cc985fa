// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {

// What transactions were done under which ClientRequestToken within the last ten minutes
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html). Kept beside the items, in the same
// transaction: a request that was carried out is never carried out again, whatever happened to the process meanwhile.

/// Makes the schema when it is missing.
Status create_request_tokens(store::Database& database);

enum class TokenUse { fresh, repeated };

/// Notes that `request` (the text of what is asked for) is done under the token, unless it was before. Another request under the same
/// token is refused. An empty token is always fresh.
Outcome<TokenUse> use_token(store::Connection& connection, const Caller& caller, const std::string& token, const std::string& request,
                            TimePoint now);

}  // namespace davit::aws::local::dynamodb
