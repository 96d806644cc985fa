// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "commands/workflow/request_event.hpp"
#include "commands/workflow/token.hpp"

namespace davit::commands::workflow::invoke {
namespace {

Result<std::string> read_source(cli::Context& context, const std::string& name)
{
  return name == "-" ? context.streams().read_stdin("the event or body") : read_file(name);
}

Result<std::string> event_from_file(cli::Context& context, const std::string& file)
{
  DAVIT_TRY_ASSIGN(std::string text, read_source(context, file));
  DAVIT_TRY(parse_json(text, file == "-" ? "standard input" : file));
  return text;
}

Status add_header(const std::string& line, aws::http::Headers& headers)
{
  const std::size_t colon = line.find(':');
  const bool is_clean = std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (colon == std::string::npos || colon == 0 || !is_clean) {
    return fail(usage_error(fmt::format("'{}' is no header", line), "write it as 'Name: value'"));
  }
  const std::size_t value = line.find_first_not_of(' ', colon + 1);
  headers.add(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  return {};
}

}  // namespace

Status check(const EventSource& source)
{
  const bool is_request = !source.method.empty();
  const bool has_request_flags = !source.headers.empty() || !source.body.empty() || !source.token.empty();
  if (!source.file.empty() && (is_request || has_request_flags)) {
    return fail(usage_error("--event is the whole event: it goes with no METHOD PATH, -H, -d or --token"));
  }
  if (!is_request && has_request_flags) {
    return fail(usage_error("-H, -d and --token belong to an HTTP request", "add METHOD PATH, for example GET /health"));
  }
  const bool is_method = std::all_of(source.method.begin(), source.method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (is_request && (!is_method || !source.path.starts_with('/'))) {
    return fail(
        usage_error(fmt::format("'{} {}' is no request", source.method, source.path), "write METHOD PATH, for example GET /health"));
  }
  return {};
}

Result<aws::http::Request> http_request(cli::Context& context, const EventSource& source)
{
  aws::http::Request request{.method = source.method};
  DAVIT_TRY_ASSIGN(request.url, parse_url("https://localhost" + source.path));
  request.body = source.body;
  if (source.body.starts_with('@')) {
    DAVIT_TRY_ASSIGN(request.body, read_source(context, source.body.substr(1)));
  }
  for (const auto& line : source.headers) {
    DAVIT_TRY(add_header(line, request.headers));
  }
  if (!request.body.empty() && !request.headers.get("content-type")) {
    request.headers.add("content-type", "application/json");
  }
  if (!source.token.empty()) {
    DAVIT_TRY_ASSIGN(const std::string token, TokenMint{context}.mint(source.token));
    request.headers.set("authorization", "Bearer " + token);
  }
  return request;
}

Result<std::string> event_payload(cli::Context& context, const EventSource& source)
{
  DAVIT_TRY(check(source));
  if (!source.file.empty()) {
    return event_from_file(context, source.file);
  }
  return source.method.empty() ? Result<std::string>("{}") : http_request(context, source).map(request_event);
}

std::size_t end_of_document(std::string_view text)
{
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (depth == 0 && std::string_view(" \t\r\n").find(c) != std::string_view::npos) {
      return i;
    } else {
      in_string = c == '"';
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    }
    if (depth == 0 && !in_string && (c == '}' || c == ']' || c == '"')) {
      return i + 1;
    }
  }
  return text.size();
}

Result<std::vector<std::string>> event_payloads(cli::Context& context, const std::string& file)
{
  DAVIT_TRY_ASSIGN(const std::string text, read_source(context, file));
  const std::string name = file == "-" ? "standard input" : file;
  std::vector<std::string> out;
  std::string_view rest = text;
  while (true) {
    const std::size_t start = rest.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(start);
    const std::string_view document = rest.substr(0, end_of_document(rest));
    const auto line = 1 + std::count(text.data(), document.data(), '\n');
    DAVIT_TRY(parse_json(document, fmt::format("{}, event {} from line {}", name, out.size() + 1, line)));
    out.emplace_back(document);
    rest.remove_prefix(document.size());
  }
  return out.empty() ? fail(usage_error(fmt::format("there is no event in {}", name))) : Result<std::vector<std::string>>(std::move(out));
}

Result<std::string> client_context(cli::Context& context, const std::string& value)
{
  constexpr std::size_t k_longest = 2'687;  // 3,583 bytes of base64, says the API reference of Invoke
  std::string text = value;
  if (value.starts_with('@')) {
    DAVIT_TRY_ASSIGN(text, read_source(context, value.substr(1)));
  }
  DAVIT_TRY_ASSIGN(const Json document, parse_json(text, "--client-context"));
  if (!document.is_object() || text.size() > k_longest) {
    return fail(usage_error("--client-context is a JSON object of at most 2687 bytes",
                            R"(such as {"custom": {"tenant": "t-1"}, "client": {"app_title": "shop"}})"));
  }
  return text;
}

}  // namespace davit::commands::workflow::invoke
