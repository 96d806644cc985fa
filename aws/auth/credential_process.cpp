// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credential_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/auth/credentials_document.hpp"
#include "aws/auth/helper_program.hpp"
#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"
#include "aws/crypto/secret.hpp"

namespace davit::aws::auth {
namespace {

constexpr const char* k_chain_variable = "_AWS_CLI_PROFILE_CHAIN";
constexpr std::ptrdiff_t k_longest_chain = 4;

/// What the program printed. The program itself is named, its arguments are not: they may hold a secret.
Result<std::string> output_of(const std::vector<std::string>& words, const std::string& chain)
{
  auto ran = run_helper_program({.words = words, .variable = {k_chain_variable, chain}});
  if (!ran) {
    return fail(std::move(ran).error().with_hint("correct credential_process"));
  }
  if (ran->exit_code != 0) {
    crypto::cleanse(ran->text);
    return fail(credentials_error(fmt::format("{} ended with exit code {}", words.front(), ran->exit_code)));
  }
  return std::move(ran->text);
}

/// The chain with this profile at its end. Credentials error when it is there already, or when the chain is too long to be meant.
Result<std::string> extend_chain(const std::string& chain, const std::string& profile)
{
  const std::string all = "," + chain + ",";
  if (all.find("," + profile + ",") != std::string::npos) {
    return fail(credentials_error(fmt::format("the credential_process of profile '{}' calls itself ({})", profile, chain)));
  }
  if (!chain.empty() && std::count(chain.begin(), chain.end(), ',') + 1 >= k_longest_chain) {
    return fail(credentials_error(fmt::format("more than {} programs of credential_process call each other ({})", k_longest_chain, chain)));
  }
  return chain.empty() ? profile : chain + "," + profile;
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view command)
{
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    const bool is_space = c == ' ' || c == '\t' || c == '\n';
    const char next = i + 1 < command.size() ? command[i + 1] : '\0';
    const bool escapes = c == '\\' && quote != '\'' && (quote == '\0' || next == '"' || next == '\\');
    if (quote == '\0' && is_space) {
      in_word = false;
      continue;
    }
    if (!std::exchange(in_word, true)) {
      words.emplace_back();
    }
    if (escapes && next != '\0') {
      words.back() += next;
      ++i;
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0' || words.empty()) {
    return fail(usage_error(quote != '\0' ? "credential_process holds a quote that is not closed" : "credential_process is empty"));
  }
  return words;
}

Result<Credentials> run_credential_process(const CredentialProcess& process, const std::string& chain)
{
  DAVIT_TRY_ASSIGN(const auto words, split_command(process.command));
  DAVIT_TRY_ASSIGN(const std::string extended, extend_chain(chain, process.profile));
  DAVIT_TRY_ASSIGN(std::string output, output_of(words, extended));
  const auto document = parse_json(output, "the output");
  const auto version = document && document->is_object() ? integer_member(*document, "Version") : std::nullopt;
  auto credentials = parse_credentials_document(output, "SessionToken", words.front());
  crypto::cleanse(output);
  if (document && version != 1) {
    return fail(credentials_error(fmt::format("{} printed another Version than 1", words.front())));
  }
  if (credentials && credentials->account_id.empty()) {
    credentials->account_id = process.account_id;
  }
  return credentials;
}

}  // namespace davit::aws::auth
