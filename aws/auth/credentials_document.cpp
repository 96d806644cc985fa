// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credentials_document.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"

namespace davit::aws::auth {

Error credentials_error(std::string message, std::string hint)
{
  return {.kind = ErrorKind::credentials, .message = std::move(message), .hint = std::move(hint)};
}

Result<Credentials> parse_credentials_document(std::string_view text, const char* token_member, const std::string& from)
{
  const auto document = parse_json(text, from);
  if (!document || !document->is_object()) {
    return fail(credentials_error(fmt::format("{} answered with something that is no JSON object", from)));
  }
  Credentials out{text_member(*document, "AccessKeyId"), text_member(*document, "SecretAccessKey"), text_member(*document, token_member)};
  for (const auto& [name, value] : {std::pair{"AccessKeyId", &out.access_key_id}, {"SecretAccessKey", &out.secret_access_key}}) {
    if (value->empty()) {
      return fail(credentials_error(fmt::format("the answer of {} has no {}", from, name)));
    }
  }
  out.account_id = text_member(*document, "AccountId");
  out.source = from;
  if (const std::string expiration = text_member(*document, "Expiration"); !expiration.empty()) {
    auto time = parse_time(expiration);
    if (!time) {
      return fail(credentials_error(fmt::format("the Expiration in the answer of {} is no time", from)));
    }
    out.expires_at = *time;
  }
  return out;
}

}  // namespace davit::aws::auth
