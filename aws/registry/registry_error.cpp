// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/registry_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"

namespace davit::aws::registry {
namespace {

constexpr std::size_t k_shown_bytes = 300;

std::string printable(std::string_view text)
{
  std::string out(text.substr(0, k_shown_bytes));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, ' ');
  out.erase(std::min(out.find_last_not_of(' ') + 1, out.size()));
  return out;
}

Json first_error(const http::Response& response)
{
  const auto document = parse_json(response.body, "the error");
  if (!document || !document->is_object()) {
    return Json::object();
  }
  const Json& errors = array_member(*document, "errors");
  return errors.empty() || !errors.front().is_object() ? Json::object() : errors.front();
}

ErrorKind kind_of(int status)
{
  switch (status) {
    case 401:
    case 403:
      return ErrorKind::credentials;
    case 404:
      return ErrorKind::not_found;
    case 409:
      return ErrorKind::conflict;
    default:
      return status == 408 || status == 429 || status >= 500 ? ErrorKind::unavailable : ErrorKind::failed;
  }
}

std::string hint_for(ErrorKind kind)
{
  switch (kind) {
    case ErrorKind::credentials:
      return "davit takes logins from the files and helpers of docker login, podman login and skopeo login";
    case ErrorKind::unavailable:
      return "run the same command again: what the registry has already is not sent twice";
    default:
      return "";
  }
}

}  // namespace

std::string error_code_of(const http::Response& response)
{
  return text_member(first_error(response), "code");
}

Error error_of(const http::Response& response, std::string_view host, std::string_view doing)
{
  const Json first = first_error(response);
  const std::string message = printable(text_member(first, "message"));
  const std::string code = printable(text_member(first, "code"));
  const ErrorKind kind = kind_of(response.status);
  const std::string why = !message.empty() ? message : !code.empty() ? code : printable(response.body);
  return {.kind = kind,
          .message = fmt::format("{} refuses {}: {}", host, doing, why.empty() ? fmt::format("HTTP {}", response.status) : why),
          .hint = hint_for(kind),
          .service = ServiceError{.operation = std::string(doing),
                                  .code = code.empty() ? fmt::format("HTTP{}", response.status) : code,
                                  .http_status = response.status,
                                  .request_id = {},
                                  .retryable = kind == ErrorKind::unavailable}};
}

}  // namespace davit::aws::registry
