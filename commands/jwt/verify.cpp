// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/verify.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <charconv>

#include "aws/jose/verifier.hpp"
#include "cli/choice.hpp"
#include "commands/jwt/batch.hpp"
#include "commands/jwt/key_input.hpp"
#include "commands/jwt/profile.hpp"
#include "commands/jwt/token_input.hpp"
#include "commands/jwt/token_view.hpp"

namespace davit::commands::jwt {
namespace {

using aws::jose::Findings;
using aws::jose::KeySet;
using aws::jose::Payload;
using aws::jose::Verdict;
using aws::jose::VerifyRules;

/// The flags as typed. What was typed as nothing, such as the value of an unset variable, is not the same as what was not typed: a rule
/// must not vanish with it.
struct VerifyFlags {
  Payload payload = Payload::claims;
  std::optional<std::string> profile;
  TokenInput token;
  std::string key;
  std::vector<std::string> algorithms;
  std::optional<std::string> issuer;
  std::vector<std::string> audience;
  bool any_audience = false;
  std::optional<std::string> leeway;
  std::optional<std::string> at;
  std::optional<std::string> type;
  std::string input;
  bool explain = false;
};

std::string reason_list()
{
  std::string text = "Reasons, by their ids:\n";
  for (const auto& reason : aws::jose::all_reasons()) {
    text += fmt::format("\n{}: {}.", reason.name, reason.meaning);
  }
  return text + "\n\nA line of --input jsonl that is no such object has the reason input-line, and its number as \"line\".";
}

cli::CommandDoc jwt_doc()
{
  return {
      .summary = "Verify tokens: signature, algorithm, key and claims",
      .description =
          "The token comes from standard input, a file or a variable. --key is a PEM file, a JWK, a JWK Set or, for HMAC, the secret's bytes. The "
          "algorithm is decided by --alg or by the key, never by the token. A token that is for an audience needs --audience, by RFC 7519 section "
          "4.1.3, or --any-audience. Exit code 0 when every token is valid, 1 when any is not, 2 when the key cannot be used.\n\n" +
          reason_list(),
      .examples = {{"davit jwt verify --key secret.bin --alg HS256 < token.txt", "One token under a shared secret"},
                   {"davit jwt verify --key jwks.json --issuer https://issuer.example --audience shop --explain -o json < token.txt",
                    "All reasons, as JSON"},
                   {"davit jwt verify admin --token-env TOKEN", "A token from a variable under a profile of davit.yaml"},
                   {"davit jwt verify --key public.pem --input tokens -o jsonl < tokens.txt", "A token a line in, an answer a line out"}}};
}

cli::CommandDoc jws_doc()
{
  return {
      .summary = "Verify the signature of tokens whose payload is anything",
      .description =
          "Like `davit jwt verify` without the claims: header, algorithm, key and signature of a compact JWS (RFC 7515). Detached content, "
          "unencoded payloads (b64 false) and the JSON serializations are refused by name.\n\n" +
          reason_list(),
      .examples = {{"davit jws verify --key public.pem < message.jws", "One message"},
                   {"davit jws verify --key jwks.json --input jsonl -o jsonl < messages.jsonl",
                    "An {\"id\", \"token\"} a line in, an answer a line out"}}};
}

Result<double> parse_leeway(const std::string& text)
{
  constexpr double k_most = 300;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0 && seconds <= k_most)) {
    return fail(usage_error(fmt::format("--leeway: '{}' is no number of seconds from 0 to {}", text, k_most),
                            "clocks that are further apart need setting, not leeway"));
  }
  return seconds;
}

Result<VerifyRules> rules_of(const VerifyFlags& flags)
{
  VerifyRules rules{.payload = flags.payload, .collect = flags.explain ? Findings::Collect::all : Findings::Collect::first};
  for (const std::string& name : flags.algorithms) {
    DAVIT_TRY_ASSIGN(const auto algorithm, parse_algorithm(name));
    rules.algorithms.push_back(algorithm);
  }
  rules.type = flags.type;
  rules.claims.issuer = flags.issuer;
  rules.claims.audience = flags.audience;
  rules.claims.any_audience = flags.any_audience;
  if (flags.leeway) {
    DAVIT_TRY_ASSIGN(rules.claims.leeway_s, parse_leeway(*flags.leeway));
  }
  return rules;
}

Result<std::optional<TimePoint>> time_of(const VerifyFlags& flags)
{
  if (!flags.at) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const TimePoint time, parse_time(*flags.at));
  return time;
}

cli::Document document_of(const Verdict& verdict, Payload payload, TimePoint now)
{
  const OrderedJson header = object_of(verdict.header);
  OrderedJson data = {{"valid", verdict.valid()}, {"reasons", to_json(verdict.reasons)}};
  data["algorithm"] = verdict.algorithm ? OrderedJson(*verdict.algorithm) : OrderedJson();
  data["keyId"] = verdict.key_id ? OrderedJson(*verdict.key_id) : OrderedJson();
  data["header"] = header;
  cli::Table table{.rows = {{"valid", verdict.valid() ? "yes" : "no"}}};
  for (const auto& reason : verdict.reasons) {
    table.rows.push_back({std::string(aws::jose::name_of(reason.id)), reason.message});
  }
  const auto append = [&](const std::vector<std::vector<std::string>>& rows) {
    table.rows.insert(table.rows.end(), rows.begin(), rows.end());
  };
  append(rows_of(header, now));
  if (payload == Payload::claims) {
    // Only of a valid token, so that a pipeline cannot use what was not verified.
    data["claims"] = verdict.valid() ? object_of(verdict.payload) : OrderedJson();
    append(verdict.valid() ? rows_of(data["claims"], now) : std::vector<std::vector<std::string>>());
  } else if (verdict.valid()) {
    add_payload(data, verdict.payload);
  }
  return {.data = std::move(data), .table = std::move(table)};
}

Result<cli::Outcome> verify_one(cli::Context& context, const VerifyFlags& flags, std::shared_ptr<const KeySet> keys, VerifyRules rules,
                                TimePoint now)
{
  DAVIT_TRY_ASSIGN(auto verifier, aws::jose::Verifier::make(std::move(keys), std::move(rules)));
  DAVIT_TRY_ASSIGN(const std::string token, read_token(context, flags.token));
  const Verdict verdict = verifier.verify(token, now);
  cli::Outcome outcome{.document = document_of(verdict, flags.payload, now)};
  if (!verdict.valid()) {
    const auto& reason = verdict.reasons.front();
    const std::string more = verdict.reasons.size() > 1 ? fmt::format(", and {} more", verdict.reasons.size() - 1) : "";
    outcome.failure = failed_error(fmt::format("the token is not valid: {} ({}{})", reason.message, aws::jose::name_of(reason.id), more),
                                   flags.explain ? "" : "see all the reasons with --explain");
  }
  return outcome;
}

std::optional<Error> failure_of(const BatchCount& count)
{
  if (count.invalid == 0) {
    return std::nullopt;
  }
  const std::string hint =
      count.malformed == 0 ? "" : fmt::format("lines without {{\"id\", \"token\"}} among them: {}; their answers say why", count.malformed);
  return failed_error(fmt::format("{} of {} tokens are not valid", count.invalid, count.tokens), hint);
}

OrderedJson collected(std::string_view lines)
{
  OrderedJson out = OrderedJson::array();
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    out.push_back(object_of(lines.substr(0, end)));
    lines.remove_prefix(end + 1);
  }
  return out;
}

/// Answers go out as they come, unless a format needs all of them first.
Result<cli::Outcome> verify_many(cli::Context& context, const Batch& batch)
{
  const bool streams = context.globals().output.value_or(cli::Format::jsonl) == cli::Format::jsonl;
  std::string kept;
  const auto sink = [&](std::string_view lines) -> Status {
    if (!streams) {
      kept += lines;
      return {};
    }
    DAVIT_TRY(context.streams().out.write(lines));
    return context.streams().out.flush();
  };
  DAVIT_TRY_ASSIGN(const BatchCount count, verify_batch(batch, STDIN_FILENO, sink));
  cli::Outcome outcome{.failure = failure_of(count)};
  if (!streams) {
    outcome.document.data = {{"tokens", collected(kept)}};
    outcome.document.list_member = "tokens";
  }
  return outcome;
}

Status check_flags(const VerifyFlags& flags)
{
  if (!flags.token.typed.empty() || looks_like_token(flags.profile.value_or(""))) {
    return fail(token_on_command_line());
  }
  if (flags.key.empty() && !flags.profile) {
    return fail(usage_error("there is no key",
                            flags.payload == Payload::claims ? "give --key FILE, or name a profile of davit.yaml" : "give --key FILE"));
  }
  if (flags.key == "-" && (!flags.input.empty() || flags.token.is_stdin())) {
    return fail(usage_error("--key - and the token both want standard input", "use --token-file or --token-env for the token"));
  }
  if (!flags.input.empty() && !flags.token.is_stdin()) {
    return fail(usage_error("--input reads the tokens from standard input, not from --token-file or --token-env"));
  }
  return {};
}

/// What the flags leave open, the profile says.
Result<KeySet> apply_profile(cli::Context& context, const VerifyFlags& flags, VerifyRules& rules)
{
  constexpr auto k_weak = aws::jose::WeakSecrets::refused;
  if (!flags.profile) {
    return read_keys(context, flags.key, k_weak);
  }
  DAVIT_TRY_ASSIGN(const auto* profile, find_profile(context, *flags.profile));
  if (rules.algorithms.empty()) {
    DAVIT_TRY_ASSIGN(const auto algorithm, parse_algorithm(profile->algorithm, "the profile's algorithm"));
    rules.algorithms = {algorithm};
  }
  if (!rules.claims.issuer) {
    rules.claims.issuer = profile->issuer;
  }
  if (rules.claims.audience.empty() && !rules.claims.any_audience) {
    rules.claims.audience = profile->audience;
  }
  return flags.key.empty() ? keys_of_profile(context, *flags.profile, *profile, k_weak) : read_keys(context, flags.key, k_weak);
}

Result<cli::Outcome> run(cli::Context& context, const VerifyFlags& flags)
{
  DAVIT_TRY(check_flags(flags));
  DAVIT_TRY_ASSIGN(auto rules, rules_of(flags));
  DAVIT_TRY_ASSIGN(const auto at, time_of(flags));
  DAVIT_TRY_ASSIGN(auto set, apply_profile(context, flags, rules));
  auto keys = std::make_shared<const KeySet>(std::move(set));
  if (flags.input.empty()) {
    return verify_one(context, flags, std::move(keys), std::move(rules), at.value_or(system_now()));
  }
  const BatchForm form = flags.input == "tokens" ? BatchForm::tokens : BatchForm::jsonl;
  return verify_many(context, {.keys = std::move(keys), .rules = std::move(rules), .form = form, .at = at});
}

/// The flags that both verbs have.
void add_common_flags(CLI::App& command, VerifyFlags& flags)
{
  command.add_option("--key", flags.key, "Key file: PEM, JWK, JWK Set, or the bytes of a secret; - for standard input")->type_name("FILE");
  command.add_option("--alg", flags.algorithms, "Accept this algorithm alone; repeat for more (default: those of the key)")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->delimiter(',');
  command.add_option("--typ", flags.type, "Require this type (typ) in the header")->type_name("TYPE");
  command.add_option("--input", flags.input, "Verify many: `tokens` is one a line, `jsonl` is {\"id\", \"token\"} a line")
      ->type_name("FORM")
      ->check(cli::one_of({"tokens", "jsonl"}));
  command.add_flag("--explain", flags.explain, "Give every reason, not only the first");
  add_token_flags(command, flags.token);
}

}  // namespace

void add_jwt_verify(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<VerifyFlags>();
  CLI::App& command = registry.add(group, "verify", jwt_doc());
  command.add_option("profile", flags->profile, "Token profile of davit.yaml: key, algorithm, issuer and audience where no flag says them")
      ->type_name("PROFILE");
  add_common_flags(command, *flags);
  command.add_option("--issuer", flags->issuer, "Require this issuer (iss), byte for byte")->type_name("ISSUER");
  command.add_option("--audience", flags->audience, "Who verifies: one of the token's audiences (aud) must be this; repeat for more")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_flag("--any-audience", flags->any_audience, "Accept a token whoever it is for");
  command.add_option("--leeway", flags->leeway, "Seconds that exp, nbf and iat may be off, at most 300 (default: 0)")->type_name("S");
  command.add_option("--at", flags->at, "Verify as of this time: RFC 3339 or Unix seconds (default: now)")->type_name("TIME");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

void add_jws_verify(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<VerifyFlags>();
  flags->payload = Payload::bytes;
  CLI::App& command = registry.add(group, "verify", jws_doc());
  add_refused_argument(command, flags->token);
  add_common_flags(command, *flags);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::jwt
