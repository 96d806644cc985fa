// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/mint.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>

#include "aws/core/file.hpp"
#include "commands/jwt/key_input.hpp"
#include "commands/jwt/profile.hpp"
#include "commands/jwt/token_input.hpp"
#include "commands/jwt/token_view.hpp"

namespace davit::commands::jwt {
namespace {

using aws::jose::WeakSecrets;

/// The flags as typed; the value of an unset variable is an empty one, and an error.
struct MintFlags {
  std::optional<std::string> profile;
  std::optional<std::string> claims;
  std::optional<std::string> raw_claims;
  std::optional<std::string> header;
  std::string key;
  std::optional<std::string> key_id;
  std::optional<std::string> algorithm;
  std::optional<std::string> expires;
  std::optional<std::string> at;
  bool issued_at = false;
  bool allow_weak_key = false;
};

cli::CommandDoc mint_doc()
{
  return {
      .summary = "Make and sign a token; print it and nothing else",
      .description =
          "Without a profile, claims and key come from files. With PROFILE, a profile of davit.yaml gives algorithm, key, claims, issuer (iss), audience "
          "(aud) and key id (kid); its lifetime becomes exp, and no other claim: iat is added by --issued-at alone. --claims is laid over the profile's "
          "claims, --expires over both. The header is alg, typ JWT and, where the key has an id, kid; --header is laid over it. With --claims-raw the "
          "payload is the file's bytes, whatever they are, and --header then is the header byte for byte. One of the files may be - for standard input.",
      .examples = {
          {"davit jwt mint --key secret.bin --claims claims.json --expires 15m", "Claims from a file, valid for a quarter of an hour"},
          {"echo '{\"sub\":\"u-1\"}' | davit jwt mint --key private.pem --alg PS256 --claims -", "Claims from standard input"},
          {"davit jwt mint admin --expires 5m", "A profile of davit.yaml, with a shorter life"},
          {"davit jwt mint --key .davit/local/user-pools/us-east-1_Ab12Cd34E.jwk --claims id-token.json --expires 1h",
           "A token of a Cognito user pool, for an API on the local AWS"},
          {"davit jwt mint --key key.jwk --claims-raw payload --header header.json", "A published example, byte for byte"}}};
}

Result<std::optional<std::string>> read_optional(cli::Context& context, const std::optional<std::string>& file, std::string_view what)
{
  if (!file) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(std::string content, *file == "-" ? context.streams().read_stdin(what) : read_file(*file));
  return content;
}

Status check_flags(const MintFlags& flags)
{
  const auto from_stdin = [](const std::optional<std::string>& file) { return file == "-" ? 1 : 0; };
  if (from_stdin(flags.claims) + from_stdin(flags.raw_claims) + from_stdin(flags.header) + from_stdin(flags.key) > 1) {
    return fail(usage_error("only one of the files can be standard input"));
  }
  if (flags.raw_claims && (flags.claims || flags.expires || flags.issued_at)) {
    return fail(usage_error("--claims-raw signs its bytes as they are: --claims, --expires and --issued-at would change them"));
  }
  if (!flags.profile && !flags.claims && !flags.raw_claims && !flags.expires) {
    return fail(usage_error("there is nothing to sign", "name a profile of davit.yaml, or give --claims FILE"));
  }
  if (!flags.profile && flags.key.empty()) {
    return fail(usage_error("there is no key", "give --key FILE, or name a profile of davit.yaml"));
  }
  return looks_like_token(flags.profile.value_or("")) ? Status(fail(token_on_command_line())) : Status();
}

Result<MintRequest> request_of(cli::Context& context, const MintFlags& flags)
{
  MintRequest request{
      .issued_at = flags.issued_at, .weak = flags.allow_weak_key ? WeakSecrets::allowed : WeakSecrets::refused, .now = system_now()};
  if (flags.at) {
    DAVIT_TRY_ASSIGN(request.now, parse_time(*flags.at));
  }
  if (flags.expires) {
    DAVIT_TRY_ASSIGN(request.expires, parse_duration(*flags.expires));
  }
  if (flags.algorithm) {
    DAVIT_TRY_ASSIGN(request.algorithm, parse_algorithm(*flags.algorithm));
  }
  request.key_id = flags.key_id;
  DAVIT_TRY_ASSIGN(request.claims, read_optional(context, flags.claims, "claims"));
  DAVIT_TRY_ASSIGN(request.raw_claims, read_optional(context, flags.raw_claims, "a payload"));
  DAVIT_TRY_ASSIGN(request.header, read_optional(context, flags.header, "a header"));
  if (flags.profile) {
    DAVIT_TRY_ASSIGN(request.profile, find_profile(context, *flags.profile));
  }
  DAVIT_TRY_ASSIGN(request.keys, !flags.key.empty() ? read_keys(context, flags.key, request.weak)
                                                    : keys_of_profile(context, *flags.profile, *request.profile, request.weak));
  return request;
}

/// A short secret is signed with only when it was asked for, and even then not in silence.
Status warn_of_weak_key(cli::Context& context, const MintRequest& request, const MintResponse& response)
{
  const auto* secret = request.keys.keys.front().secret();
  const std::size_t least = aws::crypto::hash_size(aws::jose::facts_of(response.algorithm).hash);
  if (secret == nullptr || secret->bytes().size() >= least) {
    return {};
  }
  return context.streams().err.write(
      fmt::format("davit: warning: the secret has {} bytes, which can be guessed from this token; {} needs {}\n", secret->bytes().size(),
                  aws::jose::name_of(response.algorithm), least));
}

Result<cli::Outcome> run(cli::Context& context, const MintFlags& flags)
{
  DAVIT_TRY(check_flags(flags));
  DAVIT_TRY_ASSIGN(const MintRequest request, request_of(context, flags));
  DAVIT_TRY_ASSIGN(const MintResponse response, mint(request));
  DAVIT_TRY(warn_of_weak_key(context, request, response));
  OrderedJson data = {
      {"token", response.token}, {"algorithm", aws::jose::name_of(response.algorithm)}, {"header", object_of(response.header)}};
  data["claims"] = object_of(response.claims);
  return cli::Outcome{.document = {.data = std::move(data), .text = response.token + "\n"}};
}

}  // namespace

Result<MintResponse> mint_profile(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto* profile, find_profile(context, name));
  DAVIT_TRY_ASSIGN(auto keys, keys_of_profile(context, name, *profile, WeakSecrets::refused));
  return mint({.keys = std::move(keys), .profile = profile, .now = system_now()});
}

void add_mint(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<MintFlags>();
  CLI::App& command = registry.add(group, "mint", mint_doc());
  command.add_option("profile", flags->profile, "Token profile of davit.yaml")->type_name("PROFILE");
  command.add_option("--claims", flags->claims, "JSON object with the claims; - for standard input")->type_name("FILE");
  command.add_option("--header", flags->header, "JSON object laid over the header")->type_name("FILE");
  command.add_option("--key", flags->key, "Key file: PEM, JWK, JWK Set, or the bytes of a secret; - for standard input")->type_name("FILE");
  command.add_option("--key-id", flags->key_id, "Which key of a JWK Set signs")->type_name("ID");
  command.add_option("--alg", flags->algorithm, "Algorithm (default: the header's, the profile's, else the key's)")->type_name("NAME");
  command.add_option("--expires", flags->expires, "Add exp, this long from now: 15m, 1h30m, 2d")->type_name("DURATION");
  command.add_flag("--issued-at", flags->issued_at, "Add iat, now");
  command.add_option("--at", flags->at, "The time that counts as now: RFC 3339 or Unix seconds")->type_name("TIME");
  command.add_option("--claims-raw", flags->raw_claims, "Sign these exact bytes, and then the bytes of --header exactly")
      ->type_name("FILE");
  command.add_flag("--allow-weak-key", flags->allow_weak_key, "Sign with a secret shorter than RFC 7518 asks for, with a warning");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::jwt
