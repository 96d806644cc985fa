// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/assume_role.hpp"

#include <fmt/format.h>

#include "aws/auth/credentials_cache.hpp"
#include "aws/auth/credentials_document.hpp"
#include "aws/auth/service_client.hpp"
#include "aws/core/file.hpp"
#include "aws/core/uri.hpp"
#include "aws/core/xml.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/secret.hpp"

namespace davit::aws::auth {
namespace {

/// The form fields of a call, without those that are empty.
class Form
{
public:
  Form& add(std::string_view name, std::string_view value)
  {
    if (!value.empty()) {
      m_text += fmt::format("{}{}={}", m_text.empty() ? "" : "&", name, percent_encode(value));
    }
    return *this;
  }

  [[nodiscard]] std::string text() const { return m_text; }

private:
  std::string m_text;
};

std::string session_name_or_own(const std::string& name, TimePoint now)
{
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return name.empty() ? fmt::format("davit-session-{}", seconds) : name;
}

/// The account between the fourth and fifth colon of an ARN.
std::string account_of(std::string_view arn)
{
  for (int i = 0; i < 4 && !arn.empty(); ++i) {
    const std::size_t colon = arn.find(':');
    arn.remove_prefix(colon == std::string_view::npos ? arn.size() : colon + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

Result<Credentials> read_answer(const http::Response& response, const std::string& operation, const std::string& role_arn)
{
  DAVIT_TRY_ASSIGN(const XmlElement root, parse_xml(response.body));
  const std::string result = operation + "Result/";
  const auto text = [&](const char* name) { return root.text_at(result + "Credentials/" + name); };
  Credentials out{text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken")};
  const auto expiration = parse_time(text("Expiration"));
  if (out.access_key_id.empty() || out.secret_access_key.empty() || out.session_token.empty() || !expiration) {
    return fail(credentials_error(fmt::format("the answer to {} holds no credentials", operation)));
  }
  out.expires_at = *expiration;
  out.account_id = account_of(root.text_at(result + "AssumedRoleUser/Arn"));
  out.source = role_arn;
  return out;
}

Result<Credentials> call_sts(Session& session, const std::string& operation, const Form& form, Caller caller, const std::string& role_arn)
{
  auto answer = ServiceClient{session, "sts", std::move(caller)}.call({.operation = operation, .body = form.text()});
  if (!answer) {
    return fail(std::move(answer).error().wrap(fmt::format("assuming the role {}", role_arn)));
  }
  return read_answer(*answer, operation, role_arn);
}

/// Empty for a role that wants none.
Result<std::string> mfa_code(Session& session, const RoleStep& role)
{
  if (role.mfa_serial.empty()) {
    return std::string{};
  }
  const auto& ask = session.settings().ask_hidden;
  auto code = ask ? ask(fmt::format("MFA code of {}", role.mfa_serial)) : fail(usage_error("nobody can be asked"));
  if (!code && code.error().kind == ErrorKind::usage) {
    return fail(
        credentials_error(fmt::format("the role {} wants a code of {}, and nobody can be asked for it", role.role_arn, role.mfa_serial),
                          "run it in a terminal, or first any command of the AWS CLI with this profile: its session is used"));
  }
  return code;
}

}  // namespace

Result<Credentials> assume_role(Session& session, const RoleStep& role, const Credentials& source)
{
  const TimePoint now = session.settings().clock();
  DAVIT_TRY_ASSIGN(const auto folder, session.credentials_cache("sts"));
  if (auto kept = find_in_cache(folder, cache_name(role), now)) {
    return std::move(*kept);
  }
  DAVIT_TRY_ASSIGN(const std::string code, mfa_code(session, role));
  Form form;
  form.add("RoleArn", role.role_arn)
      .add("RoleSessionName", session_name_or_own(role.session_name, now))
      .add("ExternalId", role.external_id)
      .add("SerialNumber", role.mfa_serial)
      .add("TokenCode", code)
      .add("DurationSeconds", role.duration ? std::to_string(role.duration->count()) : "");
  DAVIT_TRY_ASSIGN(Credentials out, call_sts(session, "AssumeRole", form, {.credentials = source}, role.role_arn));
  keep_in_cache(folder, cache_name(role), out);
  return out;
}

Result<Credentials> assume_role_with_web_identity(Session& session, const WebIdentity& identity)
{
  DAVIT_TRY_ASSIGN(std::string token, read_file(identity.token_file));
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  Form form;
  form.add("RoleArn", identity.role_arn)
      .add("RoleSessionName", session_name_or_own(identity.session_name, session.settings().clock()))
      .add("WebIdentityToken", token);
  crypto::cleanse(token);
  return call_sts(session, "AssumeRoleWithWebIdentity", form, {}, identity.role_arn);
}

}  // namespace davit::aws::auth
