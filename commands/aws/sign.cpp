// SPDX-License-Identifier: Apache-2.0
#include "commands/aws/sign.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <map>
#include <memory>

#include "aws/auth/session.hpp"
#include "aws/core/file.hpp"
#include "aws/http/message_text.hpp"
#include "cli/choice.hpp"

namespace davit::commands::aws {
namespace {

namespace sigv4 = davit::aws::auth::sigv4;

cli::CommandDoc sign_doc()
{
  return {.summary = "Sign an HTTP request with SigV4 and show any stage of it; nothing is sent",
          .description =
              "FILE is an HTTP/1.1 request as text: request line, header lines, an empty line, body. A Host header is needed. Credentials "
              "come from the usual "
              "chain, the region from --region or wherever a call would take it. The output has exactly the bytes of the stage, without a "
              "line end of its own.",
          .examples = {
              {"davit aws sign --request request.txt --service dynamodb --region eu-west-1", "The signed request"},
              {"davit aws sign --request request.txt --service s3 --mode query --expires 600", "A presigned one, good for ten minutes"},
              {"davit aws sign --request request.txt --service sts --emit canonical-request", "What the server should compute too"}}};
}

struct SignFlags {
  std::string file;
  std::string service;
  std::string time;
  std::string mode = "header";
  long expires = 3600;
  std::string normalize_path = "yes";
  std::string sign_body = "no";
  std::string omit_session_token = "no";
  std::string emit = "request";
};

Emit emit_of(const std::string& name)
{
  static const std::map<std::string, Emit> k_stages{{"canonical-request", Emit::canonical_request},
                                                    {"string-to-sign", Emit::string_to_sign},
                                                    {"signature", Emit::signature},
                                                    {"request", Emit::request}};
  return k_stages.at(name);
}

Result<std::string> read_text(const cli::Context& context, const std::string& file)
{
  return file == "-" ? context.streams().read_stdin("the request to sign") : read_file(file);
}

Result<SignRequest> request_of(cli::Context& context, const SignFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(std::string text, read_text(context, flags.file));
  DAVIT_TRY_ASSIGN(auto credentials, session->credentials());
  DAVIT_TRY_ASSIGN(const auto region, session->region());
  DAVIT_TRY_ASSIGN(const TimePoint time, flags.time.empty() ? Result<TimePoint>{system_now()} : parse_time(flags.time));
  return SignRequest{
      .text = std::move(text),
      .file_name = flags.file == "-" ? "standard input" : flags.file,
      .credentials = std::move(credentials),
      .options = {.region = region.value,
                  .service = flags.service,
                  .time = time,
                  .placement = flags.mode == "query" ? sigv4::Placement::query : sigv4::Placement::header,
                  .expires = std::chrono::seconds{flags.expires},
                  .normalize_path = flags.normalize_path == "yes" ? sigv4::NormalizePath::yes : sigv4::NormalizePath::no,
                  .content_sha256_header = flags.sign_body == "yes" ? sigv4::ContentSha256Header::yes : sigv4::ContentSha256Header::no,
                  .session_token = flags.omit_session_token == "yes" ? sigv4::SessionToken::appended : sigv4::SessionToken::signed_},
      .emit = emit_of(flags.emit)};
}

Result<cli::Outcome> run(cli::Context& context, const SignFlags& flags)
{
  DAVIT_TRY_ASSIGN(const SignRequest request, request_of(context, flags));
  DAVIT_TRY_ASSIGN(std::string stage, sign(request));
  cli::Document document{.data = {{"emit", flags.emit}, {"text", stage}}};
  document.text = std::move(stage);
  return cli::Outcome{.document = std::move(document)};
}

}  // namespace

Result<std::string> sign(const SignRequest& request)
{
  DAVIT_TRY_ASSIGN(auto http_request, davit::aws::http::parse_request_text(request.text, request.file_name));
  DAVIT_TRY_ASSIGN(auto result, sigv4::sign(std::move(http_request), request.credentials, request.options));
  switch (request.emit) {
    case Emit::canonical_request:
      return result.signing.canonical_request;
    case Emit::string_to_sign:
      return result.signing.string_to_sign;
    case Emit::signature:
      return result.signing.signature;
    case Emit::request:
      return davit::aws::http::to_text(result.request);
  }
  return fail(Error{.kind = ErrorKind::bug, .message = "a stage of signing without a name"});
}

void add_sign(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<SignFlags>();
  CLI::App& command = registry.add(group, "sign", sign_doc());
  const auto yes_or_no = [&command](const char* name, std::string& value, const char* help) {
    command.add_option(name, value, help)->check(cli::one_of({"yes", "no"}))->capture_default_str()->type_name("yes|no");
  };
  command.add_option("--request", flags->file, "The request as text; - is standard input")->required()->type_name("FILE");
  command.add_option("--service", flags->service, "Signing name of the service: dynamodb, lambda, execute-api, ...")
      ->required()
      ->type_name("NAME");
  command.add_option("--time", flags->time, "Time of the signature (default: now)")->type_name("TIME");
  command.add_option("--mode", flags->mode, "Signature in a header or in the query")
      ->check(cli::one_of({"header", "query"}))
      ->capture_default_str()
      ->type_name("MODE");
  command.add_option("--expires", flags->expires, "Seconds that a query signature is good for")->capture_default_str()->type_name("N");
  yes_or_no("--normalize-path", flags->normalize_path, "Remove dot segments and doubled slashes from the path before signing");
  yes_or_no("--sign-body", flags->sign_body, "Add and sign the x-amz-content-sha256 header");
  yes_or_no("--omit-session-token", flags->omit_session_token, "Append the session token after signing instead of signing it");
  command.add_option("--emit", flags->emit, "What to print")
      ->check(cli::one_of({"canonical-request", "string-to-sign", "signature", "request"}))
      ->capture_default_str()
      ->type_name("STAGE");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::aws
