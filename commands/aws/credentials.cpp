// SPDX-License-Identifier: Apache-2.0
#include "commands/aws/credentials.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/auth/session.hpp"
#include "cli/choice.hpp"

namespace davit::commands::aws {
namespace {

using davit::aws::auth::Credentials;

cli::CommandDoc credentials_doc()
{
  return {.summary = "Print the credentials in use, for another program",
          .description = "The output holds the secret key: pipe it, do not show it. `process` is what credential_process expects.",
          .examples = {{"davit aws credentials --format process", "For credential_process of another tool"},
                       {"eval \"$(davit aws credentials --format env)\"", "Into the variables of this shell"}}};
}

using Variables = std::vector<std::pair<const char*, std::string>>;

Variables variables_of(const Credentials& credentials)
{
  Variables out{{"AWS_ACCESS_KEY_ID", credentials.access_key_id}, {"AWS_SECRET_ACCESS_KEY", credentials.secret_access_key}};
  if (!credentials.session_token.empty()) {
    out.emplace_back("AWS_SESSION_TOKEN", credentials.session_token);
  }
  if (credentials.expires_at) {
    out.emplace_back("AWS_CREDENTIAL_EXPIRATION", to_rfc3339(*credentials.expires_at));
  }
  return out;
}

/// As a POSIX shell and fish read it: quoted only when something in it means more than itself.
std::string shell_word(const std::string& value)
{
  constexpr std::string_view k_harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.:,@%";
  if (value.find_first_not_of(k_harmless) == std::string::npos) {
    return value;
  }
  std::string out = "'";
  for (const char c : value) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

std::string line_of(const std::string& format, const char* name, const std::string& value)
{
  if (format == "env") {
    return fmt::format("export {}={}\n", name, shell_word(value));
  }
  if (format == "env-no-export") {
    return fmt::format("{}={}\n", name, shell_word(value));
  }
  if (format == "fish") {
    return fmt::format("set -gx {} {}\n", name, shell_word(value));
  }
  return format == "powershell" ? fmt::format("$Env:{}=\"{}\"\n", name, value) : fmt::format("set {}={}\n", name, value);
}

std::string process_document(const Credentials& credentials)
{
  OrderedJson out = {{"Version", 1}, {"AccessKeyId", credentials.access_key_id}, {"SecretAccessKey", credentials.secret_access_key}};
  if (!credentials.session_token.empty()) {
    out["SessionToken"] = credentials.session_token;
  }
  if (credentials.expires_at) {
    out["Expiration"] = to_rfc3339(*credentials.expires_at);
  }
  if (!credentials.account_id.empty()) {
    out["AccountId"] = credentials.account_id;
  }
  return dump_pretty(out) + "\n";
}

std::string json_document(const Credentials& credentials)
{
  const auto or_null = [](const std::string& text) { return text.empty() ? OrderedJson() : OrderedJson(text); };
  OrderedJson out = {{"accessKeyId", credentials.access_key_id},           {"secretAccessKey", credentials.secret_access_key},
                     {"sessionToken", or_null(credentials.session_token)}, {"expiresAt", nullptr},
                     {"accountId", or_null(credentials.account_id)},       {"source", credentials.source}};
  if (credentials.expires_at) {
    out["expiresAt"] = to_rfc3339(*credentials.expires_at);
  }
  return dump_pretty(out) + "\n";
}

/// Printed at once: the format says how it looks, whatever -o says.
Result<cli::Outcome> run(cli::Context& context, const std::string& format)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const Credentials credentials, session->credentials());
  DAVIT_TRY(context.streams().out.write(format_credentials(credentials, format)));
  return cli::Outcome{};
}

}  // namespace

std::string format_credentials(const Credentials& credentials, const std::string& format)
{
  if (format == "process") {
    return process_document(credentials);
  }
  if (format == "json") {
    return json_document(credentials);
  }
  std::string out;
  for (const auto& [name, value] : variables_of(credentials)) {
    out += line_of(format, name, value);
  }
  return out;
}

void add_credentials(CLI::App& group, cli::Registry& registry)
{
  auto format = std::make_shared<std::string>("process");
  CLI::App& command = registry.add(group, "credentials", credentials_doc());
  command.add_option("--format", *format, "Form of the output")
      ->check(cli::one_of({"process", "env", "json", "env-no-export", "powershell", "windows-cmd", "fish"}))
      ->capture_default_str()
      ->type_name("FORMAT");
  registry.bind(command, [format](cli::Context& context) { return run(context, *format); });
}

}  // namespace davit::commands::aws
