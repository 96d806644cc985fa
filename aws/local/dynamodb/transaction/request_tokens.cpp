// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/transaction/request_tokens.hpp"

#include "aws/crypto/digest.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::chrono::minutes k_token_lifetime{10};

constexpr const char* k_token_schema = R"(
CREATE TABLE IF NOT EXISTS dynamodb_request_token (
  account TEXT NOT NULL, region TEXT NOT NULL, token TEXT NOT NULL, request BLOB NOT NULL, ends INTEGER NOT NULL,
  PRIMARY KEY (account, region, token)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dynamodb_request_token_ends ON dynamodb_request_token (ends);
)";

std::int64_t milliseconds(TimePoint time)
{
  return time.time_since_epoch().count();
}

tl::unexpected<Refusal> other_request()
{
  return tl::unexpected(
      Refusal(Fault{"IdempotentParameterMismatchException",
                    "Specified idempotent token was used with different request parameters within the idempotency window"}));
}

}  // namespace

Status create_request_tokens(store::Database& database)
{
  return database.create(k_token_schema);
}

Outcome<TokenUse> use_token(store::Connection& connection, const Caller& caller, const std::string& token, const std::string& request,
                            TimePoint now)
{
  if (token.empty()) {
    return TokenUse::fresh;
  }
  const std::string digest = crypto::sha256(request);
  DAVIT_STORED(connection.execute("DELETE FROM dynamodb_request_token WHERE ends <= ?", milliseconds(now)));
  DAVIT_STORED_ASSIGN(auto rows,
                      connection.query("SELECT request FROM dynamodb_request_token WHERE account = ? AND region = ? AND token = ?",
                                       caller.account_id, caller.region, token));
  DAVIT_STORED_ASSIGN(const bool is_known, rows.step());
  if (is_known) {
    return rows.blob(0) == digest ? Outcome<TokenUse>(TokenUse::repeated) : other_request();
  }
  DAVIT_STORED(connection.execute("INSERT INTO dynamodb_request_token (account, region, token, request, ends) VALUES (?, ?, ?, ?, ?)",
                                  caller.account_id, caller.region, token, store::Blob{digest}, milliseconds(now + k_token_lifetime)));
  return TokenUse::fresh;
}

}  // namespace davit::aws::local::dynamodb
