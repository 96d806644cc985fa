// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/App.hpp>

#include "aws/crypto/random.hpp"
#include "cli/choice.hpp"
#include "cli/plan.hpp"
#include "commands/jwt/key.hpp"
#include "commands/jwt/key_input.hpp"

namespace davit::commands::jwt {
namespace {

using aws::crypto::Secret;
using aws::jose::Algorithm;
using aws::jose::TokenKey;

/// The flags as typed.
struct GenerateFlags {
  std::string algorithm;
  std::string form;
  std::string id;
  int bits = 2048;
  std::filesystem::path out;
  cli::ChangeFlags change;
};

cli::CommandDoc key_generate_doc()
{
  return {
      .summary = "Make a new key for an algorithm",
      .description =
          "RSA keys have 2048 bits unless --bits says more; a secret has the size of the algorithm's hash. Asymmetric keys are written as PEM "
          "(PKCS#8) and secrets as JWK, unless --to says otherwise. The file is new, and only you can read it.",
      .examples = {{"davit jwt key generate --alg ES256 --out private.pem", "A key pair on P-256"},
                   {"davit jwt key generate --alg HS256 --to bytes --out secret.bin", "A shared secret as 32 bytes"},
                   {"davit jwt key generate --alg RS256 --bits 3072 --key-id 2026-01 --to jwk --out -", "A JWK on standard output"}},
      .changes = cli::Changes::something};
}

Result<std::variant<Secret, aws::crypto::Key>> make_material(Algorithm algorithm, int bits)
{
  const auto& facts = aws::jose::facts_of(algorithm);
  if (facts.is_mac) {
    return Secret(aws::crypto::random_bytes(aws::crypto::hash_size(facts.hash)));
  }
  switch (facts.scheme) {
    case aws::crypto::SignatureScheme::rsa_pkcs1:
    case aws::crypto::SignatureScheme::rsa_pss:
      return aws::crypto::generate_rsa(bits);
    case aws::crypto::SignatureScheme::ecdsa:
      return aws::crypto::generate_ec(facts.curve);
    case aws::crypto::SignatureScheme::ed25519:
      return aws::crypto::generate_ed25519();
  }
  return fail(Error{.kind = ErrorKind::bug, .message = "an algorithm without a key"});
}

KeyForm form_of(const GenerateFlags& flags, bool is_secret)
{
  if (flags.form.empty()) {
    return is_secret ? KeyForm::jwk : KeyForm::pem;
  }
  return flags.form == "pem" ? KeyForm::pem : flags.form == "jwk" ? KeyForm::jwk : KeyForm::bytes;
}

cli::Plan plan_of(const GenerateFlags& flags)
{
  const std::string target = flags.out == "-" ? "standard output" : flags.out.string();
  return {.steps = {{cli::PlanStep::Kind::create, target, fmt::format("a new key for {}", flags.algorithm)}}};
}

Result<cli::Outcome> run(cli::Context& context, const GenerateFlags& flags)
{
  DAVIT_TRY_ASSIGN(const Algorithm algorithm, parse_algorithm(flags.algorithm));
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan_of(flags))};
  }
  DAVIT_TRY_ASSIGN(auto material, make_material(algorithm, flags.bits));
  TokenKey key{.material = std::move(material), .algorithm = algorithm};
  if (!flags.id.empty()) {
    key.id = flags.id;
  }
  DAVIT_TRY_ASSIGN(const Secret text, write_key(key, form_of(flags, key.secret() != nullptr), aws::crypto::KeyPart::whole));
  if (flags.out == "-") {
    DAVIT_TRY(context.streams().out.write(text.bytes()));
    return cli::Outcome{};
  }
  DAVIT_TRY(save_new_key(flags.out, text));
  return cli::Outcome{
      .document = {
          .data = {{"file", flags.out.string()}, {"algorithm", aws::jose::name_of(algorithm)}, {"description", aws::jose::describe(key)}}}};
}

}  // namespace

void add_key_generate(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<GenerateFlags>();
  CLI::App& command = registry.add(group, "generate", key_generate_doc());
  command.add_option("--alg", flags->algorithm, fmt::format("The algorithm: {}", algorithm_names()))->type_name("NAME")->required();
  command.add_option("--bits", flags->bits, "Size of an RSA key (default: 2048)")->type_name("N");
  command.add_option("--to", flags->form, "pem, jwk or, for a secret, bytes")
      ->type_name("FORM")
      ->check(cli::one_of({"pem", "jwk", "bytes"}));
  command.add_option("--key-id", flags->id, "Key id (kid) of a JWK")->type_name("ID");
  command.add_option("--out", flags->out, "The new file; - for standard output")->type_name("FILE")->required();
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::jwt
