// SPDX-License-Identifier: Apache-2.0
#include "commands/aws/call.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <iostream>
#include <memory>

#include "aws/auth/attempt.hpp"
#include "aws/auth/document_call.hpp"
#include "aws/auth/redact.hpp"
#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/core/json_members.hpp"
#include "cli/plan.hpp"

namespace davit::commands::aws {
namespace {

namespace auth = davit::aws::auth;
using auth::Answer;

cli::CommandDoc call_doc()
{
  return {.summary = "Call one operation of an AWS service: the request document in, the service's own answer out",
          .description =
              "The document comes from --input or standard input, in the shape of the API reference; JSON services get it byte for byte, "
              "but for an idempotency token that it lacks, as in AWS's SDKs. "
              "The answer's body goes "
              "to standard output byte for byte. An error of the service prints its body too, its line on standard error, and decides the "
              "exit code. With --batch "
              "each line of standard input is {\"id\":..., \"operation\":..., \"input\":{...}}, and each line of output {\"id\":..., "
              "\"status\":..., "
              "\"headers\":{...}, \"body\":\"...\"}; a body that is no text comes in \"bodyBase64\" too.",
          .examples = {{"echo '{}' | davit aws call dynamodb ListTables", "One call"},
                       {"davit aws call lambda GetFunction --input request.json --env local",
                        "With the document from a file, to the local AWS"},
                       {"davit aws call dynamodb --batch < calls.jsonl > answers.jsonl", "Many calls in one process"}},
          .changes = cli::Changes::something};
}

struct CallFlags {
  std::string service;
  std::string operation;
  std::string input;
  bool batch = false;
  cli::ChangeFlags change;
};

Result<std::string> read_input(const cli::Context& context, const std::string& file)
{
  return file.empty() || file == "-" ? context.streams().read_stdin("the request document") : read_file(file);
}

/// The request as it would be sent, without a signature and without a secret.
Result<cli::Outcome> dry_run(const CallRequest& request, auth::Session& session)
{
  DAVIT_TRY_ASSIGN(const auto service_call, auth::call_of_document(request.service, request.operation, request.input));
  DAVIT_TRY_ASSIGN(const auto endpoint, session.endpoint(request.service));
  DAVIT_TRY_ASSIGN(const auth::ServiceModel* model, auth::find_service(request.service));
  const auto http_request = auth::build_request(*model, endpoint, service_call);
  OrderedJson headers = OrderedJson::object();
  for (const auto& [name, value] : http_request.headers.fields()) {
    headers[name] = value;
  }
  const cli::Plan plan{.steps = {{cli::PlanStep::Kind::run, fmt::format("{} {}", request.service, request.operation),
                                  fmt::format("{} {}", http_request.method, http_request.url.to_string())}}};
  cli::Document document = cli::dry_run_document(plan);
  const bool is_secret = auth::takes_secret(request.operation);
  document.data["request"] = {{"method", http_request.method},
                              {"url", http_request.url.to_string()},
                              {"headers", headers},
                              {"body", is_secret ? "(not shown)" : http_request.body}};
  return cli::Outcome{.document = std::move(document)};
}

Result<cli::Outcome> run_one(cli::Context& context, const CallFlags& flags)
{
  if (flags.operation.empty()) {
    return fail(usage_error("which operation?", "name it as in the API reference: davit aws call dynamodb ListTables; or use --batch"));
  }
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(std::string input, read_input(context, flags.input));
  const CallRequest request{flags.service, flags.operation, std::move(input)};
  if (flags.change.dry_run) {
    return dry_run(request, *session);
  }
  DAVIT_TRY_ASSIGN(Answer answer, call(request, *session));
  // Written here and not as a document: the bytes are the contract, whatever -o says.
  DAVIT_TRY(context.streams().out.write(answer.response.body));
  return cli::Outcome{.document = {}, .failure = std::move(answer.failure)};
}

/// The next line of stdin, without its end.
Result<std::optional<std::string>> next_line()
{
  std::string line;
  if (interrupted() != 0) {
    return fail(Error{.kind = ErrorKind::cancelled, .message = "interrupted"});
  }
  return std::getline(std::cin, line) ? std::optional(std::move(line)) : std::nullopt;
}

Result<cli::Outcome> run_batch(cli::Context& context, const CallFlags& flags)
{
  if (!flags.operation.empty() || !flags.input.empty()) {
    return fail(usage_error("--batch takes operations and inputs from standard input", "drop OPERATION and --input"));
  }
  if (flags.change.dry_run) {
    return fail(usage_error("--dry-run shows one call, not a batch", "drop --batch"));
  }
  if (context.streams().stdin_is_terminal()) {
    return fail(usage_error("the calls are expected on standard input, which is a terminal", "pipe them in"));
  }
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  const InterruptScope stop_between_calls;
  auto& out = context.streams().out;
  DAVIT_TRY_ASSIGN(auto failure, call_batch(flags.service, *session, next_line, [&out](const std::string& line) -> Status {
                     DAVIT_TRY(out.write(line + "\n"));
                     return out.flush();
                   }));
  return cli::Outcome{.document = {}, .failure = std::move(failure)};
}

/// By lower-case name; fields of one name are joined by commas (RFC 9110 section 5.2).
OrderedJson headers_of(const davit::aws::http::Response& response)
{
  OrderedJson out = OrderedJson::object();
  for (const auto& [name, value] : response.headers.fields()) {
    std::string lower_name = name;
    std::transform(lower_name.begin(), lower_name.end(), lower_name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool is_there = out.contains(lower_name);
    out[lower_name] = is_there ? out[lower_name].get<std::string>() + ", " + value : value;
  }
  return out;
}

OrderedJson line_of(const Json& id, const Result<Answer>& answer)
{
  OrderedJson out = {{"id", id}, {"status", 0}, {"headers", OrderedJson::object()}, {"body", ""}};
  if (!answer) {
    out["error"] = answer.error().message;
    return out;
  }
  out["status"] = answer->response.status;
  out["headers"] = headers_of(answer->response);
  out["body"] = answer->response.body;
  if (!is_utf8(answer->response.body)) {
    // JSON holds text alone: "body" then has replacement characters.
    out["bodyBase64"] = to_base64(answer->response.body);
  }
  return out;
}

/// How DESIGN's batches rank what went wrong: the first of these that occurred decides.
int rank(ErrorKind kind)
{
  constexpr std::array k_worst_first{ErrorKind::bug,         ErrorKind::cancelled, ErrorKind::usage,     ErrorKind::credentials,
                                     ErrorKind::unavailable, ErrorKind::conflict,  ErrorKind::not_found, ErrorKind::failed};
  return static_cast<int>(std::find(k_worst_first.begin(), k_worst_first.end(), kind) - k_worst_first.begin());
}

/// What a batch came to.
struct Tally {
  std::size_t calls = 0;
  std::size_t failures = 0;
  std::optional<Error> worst;

  void add(const Result<Answer>& answer)
  {
    ++calls;
    const Error* const error = !answer ? &answer.error() : answer->failure ? &*answer->failure : nullptr;
    if (error == nullptr) {
      return;
    }
    ++failures;
    if (!worst || rank(error->kind) < rank(worst->kind)) {
      worst = *error;
    }
  }

  [[nodiscard]] std::optional<Error> failure() const
  {
    return worst ? std::optional(Error(*worst).wrap(fmt::format("{} of {} calls failed; the worst", failures, calls))) : std::nullopt;
  }
};

Result<Answer> call_line(const std::string& service, auth::Session& session, const std::string& line, const std::string& name, Json& id)
{
  DAVIT_TRY_ASSIGN(const Json entry, parse_json(line, name));
  if (!entry.is_object()) {
    return fail(usage_error(name + " is no JSON object"));
  }
  if (entry.contains("id")) {
    id = entry.at("id");
  }
  const std::string operation = text_member(entry, "operation");
  if (operation.empty()) {
    return fail(usage_error(name + " has no member \"operation\""));
  }
  return call({service, operation, std::string(auth::raw_member(line, "input"))}, session);
}

}  // namespace

Result<Answer> call(const CallRequest& request, auth::Session& session)
{
  DAVIT_TRY_ASSIGN(const auto service_call, auth::call_of_document(request.service, request.operation, request.input));
  const bool is_open = auth::is_unsigned(request.service, request.operation);
  auth::ServiceClient client =
      is_open ? auth::ServiceClient(session, request.service, auth::Caller{}) : auth::ServiceClient(session, request.service);
  DAVIT_TRY_ASSIGN(Answer answer, client.exchange(service_call));
  const auto function_error = answer.response.headers.get("x-amz-function-error");
  if (function_error && !answer.failure) {
    // Lambda answers 200 for a handler that crashed.
    answer.failure = failed_error(fmt::format("the function failed ({})", *function_error), "the answer's body says why");
  }
  return answer;
}

Result<std::optional<Error>> call_batch(const std::string& service, auth::Session& session, const NextLine& next, const WriteLine& write)
{
  DAVIT_TRY(auth::find_service(service));
  Tally tally;
  for (int number = 1;; ++number) {
    DAVIT_TRY_ASSIGN(const auto line, next());
    if (!line) {
      return tally.failure();
    }
    if (line->find_first_not_of(" \t\r") == std::string::npos) {
      continue;
    }
    Json id;
    const auto answer = call_line(service, session, *line, fmt::format("line {}", number), id);
    tally.add(answer);
    DAVIT_TRY(write(line_of(id, answer).dump(-1, ' ', false, OrderedJson::error_handler_t::replace)));
  }
}

void add_call(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<CallFlags>();
  CLI::App& command = registry.add(group, "call", call_doc());
  command.add_option("service", flags->service, "Name of the service as in the AWS CLI")->required()->type_name("SERVICE");
  command.add_option("operation", flags->operation, "Name of the operation as in the API reference: ListTables")->type_name("OPERATION");
  command.add_option("--input", flags->input, "The request document (default: standard input)")->type_name("FILE");
  command.add_flag("--batch", flags->batch, "A call a line in, an answer a line out");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return flags->batch ? run_batch(context, *flags) : run_one(context, *flags); });
}

}  // namespace davit::commands::aws
