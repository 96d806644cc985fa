// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/service_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/auth/retry.hpp"
#include "aws/core/json.hpp"
#include "aws/core/xml.hpp"

namespace davit::aws::auth {
namespace {

constexpr std::size_t k_shown_of_other_bodies = 200;

struct CodeAndMessage {
  std::string code;
  std::string message;
  std::string request_id;
};

/// "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://..." -> "ResourceNotFoundException"
std::string bare_code(std::string_view code)
{
  code = code.substr(0, code.find(':'));
  const std::size_t hash = code.rfind('#');
  return std::string(hash == std::string_view::npos ? code : code.substr(hash + 1));
}

std::string string_member(const Json& object, std::initializer_list<const char*> names)
{
  for (const char* const name : names) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_string()) {
      return found->get<std::string>();
    }
  }
  return "";
}

CodeAndMessage read_json(const http::Response& response)
{
  const auto body = parse_json(response.body, "the error");
  if (!body || !body->is_object()) {
    return {};
  }
  // Lambda and API Gateway write the members in both cases.
  return {string_member(*body, {"__type", "code", "Code"}), string_member(*body, {"message", "Message", "errorMessage"}), ""};
}

/// <ErrorResponse><Error>, S3's root <Error>, and EC2's <Response><Errors><Error>.
CodeAndMessage read_xml(const http::Response& response)
{
  const auto root = parse_xml(response.body);
  if (!root) {
    return {};
  }
  const XmlElement* const errors = root->child("Errors");
  const XmlElement* const error = root->name == "Error" ? &*root : (errors == nullptr ? &*root : errors)->child("Error");
  std::string request_id = root->text_at("RequestId") + root->text_at("RequestID");
  if (error == nullptr) {
    return {"", "", std::move(request_id)};
  }
  return {error->text_at("Code"), error->text_at("Message"), std::move(request_id)};
}

CodeAndMessage read_body(const http::Response& response)
{
  const std::size_t start = response.body.find_first_not_of(" \t\r\n");
  const char first = start == std::string::npos ? '\0' : response.body[start];
  return first == '<' ? read_xml(response) : first == '{' ? read_json(response) : CodeAndMessage{};
}

std::string printable_start(std::string_view body)
{
  std::string out(body.substr(0, k_shown_of_other_bodies));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, ' ');
  return out;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> list)
{
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool has(std::string_view text, std::string_view part)
{
  return text.find(part) != std::string_view::npos;
}

ErrorKind kind_of_status(int http_status)
{
  switch (http_status) {
    case 401:
    case 403:
      return ErrorKind::credentials;
    case 404:
      return ErrorKind::not_found;
    case 409:
    case 412:
      return ErrorKind::conflict;
    default:
      return http_status >= 500 || http_status == 408 || http_status == 429 ? ErrorKind::unavailable : ErrorKind::failed;
  }
}

std::string hint_for(ErrorKind kind, std::string_view code)
{
  if (has(code, "ExpiredToken")) {
    return "the session has ended: get new credentials";
  }
  if (has(code, "AccessDenied")) {
    return "the identity of davit whoami lacks the permission";
  }
  if (kind == ErrorKind::credentials) {
    return "davit whoami --explain shows which credentials were used and where they came from";
  }
  return "";
}

}  // namespace

std::string request_id_of(const http::Response& response)
{
  for (const char* const name : {"x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"}) {
    if (auto id = response.headers.get(name)) {
      return *id;
    }
  }
  return response.body.starts_with('<') ? read_xml(response).request_id : "";
}

ErrorKind kind_of_code(std::string_view code, int http_status)
{
  const bool is_status = !code.empty() && code.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_status || code.empty()) {
    return kind_of_status(http_status);
  }
  if (has(code, "NotFound") || code.starts_with("NoSuch")) {
    return ErrorKind::not_found;
  }
  if (has(code, "AccessDenied") || has(code, "ExpiredToken") || has(code, "InvalidSignature") || has(code, "UnrecognizedClient") ||
      has(code, "MissingAuthenticationToken") || has(code, "IncompleteSignature") ||
      one_of(code, {"SignatureDoesNotMatch", "InvalidClientTokenId", "InvalidAccessKeyId", "AuthFailure", "RequestExpired",
                    "RequestTimeTooSkewed", "RequestInTheFuture", "NotAuthorizedException", "UnauthorizedOperation", "OptInRequired",
                    "NotAuthorized"})) {
    return ErrorKind::credentials;
  }
  if (has(code, "ConditionalCheckFailed") || has(code, "ResourceConflict") || has(code, "ResourceInUse") || has(code, "AlreadyExists") ||
      has(code, "TransactionConflict") ||
      one_of(code, {"ResourceExistsException", "ConflictException", "PreconditionFailed", "UsernameExistsException"})) {
    return ErrorKind::conflict;
  }
  const bool worth_repeating = retry_reason(code, http_status) != RetryReason::none || http_status >= 500;
  return worth_repeating ? ErrorKind::unavailable : ErrorKind::failed;
}

Error parse_service_error(const http::Response& response, std::string_view operation)
{
  CodeAndMessage found = read_body(response);
  // The header is there for REST services; the query-compatible one replaces the code of CloudWatch and SQS.
  for (const char* const name : {"x-amzn-errortype", "x-amzn-query-error"}) {
    if (const auto header = response.headers.get(name)) {
      found.code = header->substr(0, header->find(';'));
    }
  }
  std::string code = bare_code(found.code);
  if (code.empty()) {
    code = std::to_string(response.status);
    found.message = found.message.empty() ? printable_start(response.body) : found.message;
  }
  if (one_of(code, {"InvalidSignatureException", "SignatureDoesNotMatch"})) {
    // Behind the first line AWS repeats what it would have signed, the session token included.
    found.message.erase(std::min(found.message.find('\n'), found.message.size()));
  }
  const ErrorKind kind = kind_of_code(code, response.status);
  const std::string request_id = request_id_of(response);
  return {.kind = kind,
          .message = found.message.empty() ? fmt::format("{} failed with {}", operation, code) : found.message,
          .hint = hint_for(kind, code),
          .service = ServiceError{.operation = std::string(operation),
                                  .code = code,
                                  .http_status = response.status,
                                  .request_id = request_id,
                                  .retryable = retry_reason(code, response.status) != RetryReason::none}};
}

}  // namespace davit::aws::auth
