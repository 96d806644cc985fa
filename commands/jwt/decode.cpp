// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/decode.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>

#include "aws/jose/token.hpp"
#include "commands/jwt/token_input.hpp"
#include "commands/jwt/token_view.hpp"

namespace davit::commands::jwt {
namespace {

using aws::jose::CompactToken;
using aws::jose::Findings;
using aws::jose::Reason;

constexpr std::string_view k_warning = "davit: nothing was checked: anyone could have written this token; `davit jwt verify` checks it\n";

cli::CommandDoc decode_doc()
{
  return {
      .summary = "Show what a token says, without checking that it is true",
      .description =
          "Needs no key and checks no signature, no expiry and no claim: the output says `verified: false`, and so does stderr. Exit code 1 when "
          "the token cannot be decoded.",
      .examples = {{"davit jwt decode < token.txt", "Header and claims, times as dates"},
                   {"davit jwt decode --token-env TOKEN -o json", "The same as JSON, the token from a variable"}}};
}

/// A part as data where it is a JSON object whose members are unique; what is wrong with it else.
Result<OrderedJson> object_part(const std::optional<std::string>& text, std::string_view part)
{
  aws::jose::ScannedObject object;
  if (!text) {
    return fail(failed_error(fmt::format("the {} is not base64url", part)));
  }
  if (const auto problem = object.scan(*text)) {
    return fail(
        failed_error(fmt::format("the {} is no JSON object that can be shown: {} (byte {})", part, problem->message, problem->offset + 1)));
  }
  return object_of(*text);
}

Result<CompactToken> split(std::string_view token)
{
  Findings findings(Findings::Collect::first);
  auto parts = aws::jose::split_token(token, findings);
  const auto reasons = findings.take();
  if (!reasons.empty()) {
    return fail(
        failed_error(fmt::format("the token cannot be decoded: {} ({})", reasons.front().message, aws::jose::name_of(reasons.front().id))));
  }
  return std::move(*parts);
}

cli::Document document_of(OrderedJson header, Result<OrderedJson> claims, const CompactToken& parts, TimePoint now)
{
  OrderedJson data = {{"verified", false}, {"header", header}};
  cli::Table table{.header = {"", "NOT VERIFIED"}, .rows = rows_of(header, now)};
  data["claims"] = claims ? *claims : OrderedJson();
  if (claims) {
    data["times"] = times_of(*claims);
    const auto rows = rows_of(*claims, now);
    table.rows.insert(table.rows.end(), rows.begin(), rows.end());
  } else {
    add_payload(data, *parts.payload);
    table.rows.push_back({"payload", data["payload"].is_null() ? data["payloadBase64"].get<std::string>() : *parts.payload});
  }
  data["signatureBytes"] = parts.signature->size();
  table.rows.push_back({"signature", fmt::format("{} bytes, not checked", parts.signature->size())});
  return {.data = std::move(data), .table = std::move(table)};
}

Result<cli::Outcome> run(cli::Context& context, const TokenInput& input)
{
  DAVIT_TRY_ASSIGN(const std::string token, read_token(context, input));
  DAVIT_TRY_ASSIGN(const CompactToken parts, split(token));
  DAVIT_TRY_ASSIGN(OrderedJson header, object_part(parts.header, "header"));
  DAVIT_TRY(context.streams().err.write(k_warning));
  return cli::Outcome{.document = document_of(std::move(header), object_part(parts.payload, "payload"), parts, system_now())};
}

}  // namespace

void add_decode(CLI::App& group, cli::Registry& registry)
{
  auto input = std::make_shared<TokenInput>();
  CLI::App& command = registry.add(group, "decode", decode_doc());
  add_refused_argument(command, *input);
  add_token_flags(command, *input);
  registry.bind(command, [input](cli::Context& context) { return run(context, *input); });
}

}  // namespace davit::commands::jwt
