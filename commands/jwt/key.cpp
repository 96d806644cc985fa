// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/key.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <cerrno>
#include <cstring>

#include "aws/core/file.hpp"
#include "cli/choice.hpp"
#include "cli/plan.hpp"
#include "commands/jwt/key_input.hpp"

namespace davit::commands::jwt {
namespace {

using aws::crypto::KeyPart;
using aws::crypto::Secret;
using aws::jose::KeySet;
using aws::jose::TokenKey;
using aws::jose::WeakSecrets;

/// The flags as typed.
struct KeyFlags {
  std::string file;
  std::string key_id;
  std::string form;
  std::filesystem::path out;
  cli::ChangeFlags change;
};

/// Short secrets are only looked at here, and nothing is signed or verified.
Result<KeySet> read_any(cli::Context& context, const KeyFlags& flags)
{
  return read_keys(context, flags.file, WeakSecrets::allowed);
}

/// The keys that are meant: all, or the one of --key-id. Usage error when there is none, or a key of the set would be lost without a word.
Result<std::vector<TokenKey>> chosen(KeySet set, const std::string& key_id)
{
  if (key_id.empty() && !set.unusable.empty()) {
    return fail(
        usage_error(fmt::format("a key of the set cannot be used: {}", set.unusable.front().reason), "choose another with --key-id"));
  }
  std::erase_if(set.keys, [&](const TokenKey& key) { return !key_id.empty() && key.id != key_id; });
  if (set.keys.empty()) {
    return fail(usage_error(fmt::format("the file holds no key with the id '{}'", key_id), "davit jwt key inspect FILE lists them"));
  }
  return std::move(set.keys);
}

Result<TokenKey> read_one(cli::Context& context, const KeyFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto set, read_any(context, flags));
  DAVIT_TRY_ASSIGN(auto keys, chosen(std::move(set), flags.key_id));
  if (keys.size() > 1) {
    return fail(usage_error(fmt::format("the set holds {} keys", keys.size()), "choose one with --key-id"));
  }
  return std::move(keys.front());
}

KeyForm form_of(const KeyFlags& flags, const TokenKey& key)
{
  if (flags.form.empty()) {
    return key.secret() != nullptr ? KeyForm::jwk : KeyForm::pem;
  }
  return flags.form == "pem" ? KeyForm::pem : flags.form == "jwk" ? KeyForm::jwk : KeyForm::bytes;
}

/// What is to be written, and what it is.
struct Output {
  Secret text;
  std::string description;
};

Result<Output> output_of(cli::Context& context, const KeyFlags& flags, KeyPart part)
{
  if (flags.form == "jwks") {
    DAVIT_TRY_ASSIGN(auto set, read_any(context, flags));
    DAVIT_TRY_ASSIGN(const auto keys, chosen(std::move(set), flags.key_id));
    DAVIT_TRY_ASSIGN(Secret text, aws::jose::to_jwk_set(keys, part));
    return Output{std::move(text), fmt::format("a JWK Set of {} key{}", keys.size(), keys.size() == 1 ? "" : "s")};
  }
  DAVIT_TRY_ASSIGN(const TokenKey key, read_one(context, flags));
  DAVIT_TRY_ASSIGN(Secret text, write_key(key, form_of(flags, key), part));
  return Output{std::move(text), aws::jose::describe(key)};
}

Result<cli::Outcome> print_or_save(cli::Context& context, const KeyFlags& flags, KeyPart part)
{
  DAVIT_TRY_ASSIGN(const Output output, output_of(context, flags, part));
  if (flags.change.dry_run) {
    const std::string target = flags.out.empty() ? "standard output" : flags.out.string();
    return cli::Outcome{.document = cli::dry_run_document({.steps = {{cli::PlanStep::Kind::create, target, output.description}}})};
  }
  if (!flags.out.empty()) {
    DAVIT_TRY(save_new_key(flags.out, output.text));
    return cli::Outcome{};
  }
  DAVIT_TRY(context.streams().out.write(output.text.bytes()));
  return cli::Outcome{};
}

OrderedJson names_of_algorithms(const TokenKey& key)
{
  OrderedJson names = OrderedJson::array();
  for (const auto& facts : aws::jose::all_algorithms()) {
    const bool allowed = !key.algorithm || aws::jose::same_algorithm(*key.algorithm, facts.algorithm);
    const bool long_enough = key.secret() == nullptr || key.secret()->bytes().size() >= aws::crypto::hash_size(facts.hash);
    if (allowed && long_enough && aws::jose::fits(key, facts.algorithm)) {
      names.push_back(facts.name);
    }
  }
  return names;
}

OrderedJson facts_of(const TokenKey& key)
{
  const auto* secret = key.secret();
  OrderedJson facts = {{"description", aws::jose::describe(key)}, {"private", secret != nullptr || key.asymmetric()->is_private()}};
  facts["bits"] = secret != nullptr ? static_cast<int>(secret->bytes().size() * 8) : key.asymmetric()->bits();
  facts["keyId"] = key.id ? OrderedJson(*key.id) : OrderedJson();
  facts["algorithms"] = names_of_algorithms(key);
  facts["signs"] = key.may_sign && (secret != nullptr || key.asymmetric()->is_private());
  facts["verifies"] = key.may_verify;
  facts["thumbprint"] = secret != nullptr ? OrderedJson() : OrderedJson(aws::jose::thumbprint(key));
  return facts;
}

Result<cli::Outcome> inspect(cli::Context& context, const KeyFlags& flags)
{
  DAVIT_TRY_ASSIGN(const KeySet set, read_any(context, flags));
  OrderedJson keys = OrderedJson::array();
  for (const TokenKey& key : set.keys) {
    keys.push_back(facts_of(key));
  }
  OrderedJson unusable = OrderedJson::array();
  for (const auto& key : set.unusable) {
    unusable.push_back({{"keyId", key.id ? OrderedJson(*key.id) : OrderedJson()}, {"reason", key.reason}});
  }
  return cli::Outcome{.document = {.data = {{"keys", keys}, {"unusable", unusable}}, .list_member = "keys"}};
}

Result<cli::Outcome> thumbprint(cli::Context& context, const KeyFlags& flags)
{
  DAVIT_TRY_ASSIGN(const TokenKey key, read_one(context, flags));
  if (key.secret() != nullptr) {
    return fail(usage_error("a thumbprint of a shared secret would let others search for it (RFC 7638 section 7)",
                            "name secrets by an id of your own"));
  }
  const std::string print = aws::jose::thumbprint(key);
  return cli::Outcome{.document = {.data = {{"thumbprint", print}}, .text = print + "\n"}};
}

CLI::App& add_verb(CLI::App& group, cli::Registry& registry, const std::string& name, cli::CommandDoc doc, KeyFlags& flags)
{
  CLI::App& command = registry.add(group, name, std::move(doc));
  command.add_option("file", flags.file, "Key file: PEM, JWK, JWK Set, or the bytes of a secret; - for standard input")
      ->type_name("FILE")
      ->required();
  return command;
}

void add_writing_verb(CLI::App& group, cli::Registry& registry, const std::string& name, cli::CommandDoc doc, KeyPart part)
{
  auto flags = std::make_shared<KeyFlags>();
  doc.changes = cli::Changes::something;
  CLI::App& command = add_verb(group, registry, name, std::move(doc), *flags);
  command.add_option("--key-id", flags->key_id, "Which key of a JWK Set")->type_name("ID");
  command
      .add_option("--to", flags->form,
                  "pem, jwk, jwks (a set of every key of the file) or, for a secret, bytes (default: pem; jwk for a secret)")
      ->type_name("FORM")
      ->check(cli::one_of({"pem", "jwk", "jwks", "bytes"}));
  command.add_option("--out", flags->out, "Write a new file that only you can read (default: standard output)")->type_name("FILE");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags, part](cli::Context& context) { return print_or_save(context, *flags, part); });
}

void add_convert(CLI::App& group, cli::Registry& registry)
{
  add_writing_verb(
      group, registry, "convert",
      {.summary = "Write a key in another form: PEM, JWK, or the bytes of a secret",
       .description = "PEM is PKCS#8 for a private key, SubjectPublicKeyInfo for a public one. A new file is never written over another.",
       .examples = {{"davit jwt key convert private.pem --to jwk --out private.jwk", "PEM to JWK"},
                    {"davit jwt key convert jwks.json --key-id k1 --to pem", "One key of a set"}}},
      KeyPart::whole);
}

void add_public(CLI::App& group, cli::Registry& registry)
{
  add_writing_verb(group, registry, "public",
                   {.summary = "The public part of a key",
                    .description = {},
                    .examples = {{"davit jwt key public private.pem > public.pem", "For those who verify"},
                                 {"davit jwt key public private.jwk --to jwks > jwks.json", "As the JWK Set that an issuer publishes"}}},
                   KeyPart::public_part);
}

void add_thumbprint(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<KeyFlags>();
  CLI::App& command =
      add_verb(group, registry, "thumbprint",
               {.summary = "The SHA-256 thumbprint of a key (RFC 7638)",
                .description = {},
                .examples = {{"davit jwt key thumbprint public.pem", "The same for every form of the key, and for its public part"}}},
               *flags);
  command.add_option("--key-id", flags->key_id, "Which key of a JWK Set")->type_name("ID");
  registry.bind(command, [flags](cli::Context& context) { return thumbprint(context, *flags); });
}

void add_inspect(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<KeyFlags>();
  const CLI::App& command = add_verb(group, registry, "inspect",
                                     {.summary = "What a key file holds and what its keys are for; never the keys themselves",
                                      .description = {},
                                      .examples = {{"davit jwt key inspect jwks.json", "A row a key, and why others cannot be used"}}},
                                     *flags);
  registry.bind(command, [flags](cli::Context& context) { return inspect(context, *flags); });
}

}  // namespace

Result<Secret> write_key(const TokenKey& key, KeyForm form, KeyPart part)
{
  if (form == KeyForm::jwk) {
    DAVIT_TRY_ASSIGN(const Secret jwk, aws::jose::to_jwk(key, part));
    return Secret(std::string(jwk.bytes()) + "\n");
  }
  if (key.secret() != nullptr && part == KeyPart::public_part) {
    return fail(usage_error("a shared secret has no public part"));
  }
  if ((form == KeyForm::bytes) != (key.secret() != nullptr)) {
    return fail(usage_error(form == KeyForm::bytes ? "only a shared secret can be written as its bytes" : "a shared secret has no PEM form",
                            "use jwk"));
  }
  return form == KeyForm::bytes ? *key.secret() : aws::crypto::to_pem(*key.asymmetric(), part);
}

Status save_new_key(const std::filesystem::path& path, const Secret& key)
{
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(errno == EEXIST
                    ? usage_error(fmt::format("{} exists, and a key that is overwritten is lost", path.string()), "name another file")
                    : usage_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno))));
  }
  const bool written = write_all(fd, key.bytes()) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!written) {
    ::unlink(path.c_str());
    return fail(failed_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(error))));
  }
  return {};
}

void add_key(CLI::App& group, cli::Registry& registry)
{
  CLI::App& key = registry.add_group(group, "key", "Keys for tokens: make, convert, inspect");
  registry.add_verbs(key, {{"generate", add_key_generate},
                           {"convert", add_convert},
                           {"public", add_public},
                           {"thumbprint", add_thumbprint},
                           {"inspect", add_inspect}});
}

}  // namespace davit::commands::jwt
