// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/refusal.hpp"

#include <fmt/format.h>

#include <array>

#include "aws/dynamodb/wire.hpp"

namespace davit::aws::local::dynamodb {
namespace {

/// The Java package that each error comes from is part of its type on the wire; all others are DynamoDB's own.
struct Origin {
  std::string_view code;
  std::string_view prefix;
  std::string_view message_member;
};

constexpr std::string_view k_own_prefix = "com.amazonaws.dynamodb.v20120810#";

constexpr std::array<Origin, 6> k_origins{{{"ValidationException", "com.amazon.coral.validate#", "message"},
                                           {"SerializationException", "com.amazon.coral.service#", "Message"},
                                           {"AccessDeniedException", "com.amazon.coral.service#", "Message"},
                                           {"UnknownOperationException", "com.amazon.coral.service#", "message"},
                                           {"TransactionCanceledException", k_own_prefix, "Message"},
                                           {"IdempotentParameterMismatchException", k_own_prefix, "Message"}}};
constexpr Origin k_own{"", k_own_prefix, "message"};

const Origin& origin_of(std::string_view code)
{
  const auto* found = std::find_if(k_origins.begin(), k_origins.end(), [code](const Origin& origin) { return origin.code == code; });
  return found == k_origins.end() ? k_own : *found;
}

}  // namespace

tl::unexpected<Refusal> validation_error(std::string message)
{
  return tl::unexpected(Refusal(Fault{"ValidationException", std::move(message)}));
}

tl::unexpected<Refusal> serialization_error(std::string message)
{
  return tl::unexpected(Refusal(Fault{"SerializationException", std::move(message)}));
}

tl::unexpected<Refusal> table_not_found()
{
  return tl::unexpected(Refusal(Fault{"ResourceNotFoundException", "Requested resource not found"}));
}

tl::unexpected<Refusal> table_not_found(std::string_view name)
{
  return tl::unexpected(
      Refusal(Fault{"ResourceNotFoundException", fmt::format("Requested resource not found: Table: {} not found", name)}));
}

ServiceResponse render(const Refusal& refusal)
{
  const Origin& origin = origin_of(refusal.code);
  std::string body = fmt::format("{{\"__type\":\"{}{}\"", origin.prefix, refusal.code);
  if (!refusal.message.empty()) {
    body += fmt::format(",\"{}\":", origin.message_member);
    aws::dynamodb::append_json_string(body, refusal.message);
  }
  if (!refusal.members.empty()) {
    body += ',' + refusal.members;
  }
  return {.status = refusal.status, .headers = {{"Content-Type", "application/x-amz-json-1.0"}}, .body = body + '}'};
}

}  // namespace davit::aws::local::dynamodb
