// SPDX-License-Identifier: Apache-2.0
#include "aws/http/message_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::aws::http {
namespace {

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

/// Hands out the lines of a head, and remembers where it is for errors.
class Lines
{
public:
  Lines(std::string_view text, std::string_view file) : m_rest(text), m_file(file) {}

  /// The next line without its end; an empty one ends the head.
  std::string_view next()
  {
    const std::size_t end = m_rest.find('\n');
    std::string_view line = m_rest.substr(0, end);
    m_rest = end == std::string_view::npos ? std::string_view{} : m_rest.substr(end + 1);
    ++m_number;
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
  }

  [[nodiscard]] std::string_view rest() const { return m_rest; }

  [[nodiscard]] Error error(std::string message, std::string_view source) const
  {
    Error out = usage_error(fmt::format("{} is no HTTP request", m_file));
    out.diagnostics.push_back(
        {.file = std::string(m_file), .line = m_number, .column = 1, .message = std::move(message), .source = std::string(source)});
    return out;
  }

private:
  std::string_view m_rest;
  std::string_view m_file;
  int m_number = 0;
};

Status read_request_line(Lines& lines, Request& request)
{
  const std::string_view line = lines.next();
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || line.substr(last + 1) != "HTTP/1.1" || !is_token(line.substr(0, first))) {
    return fail(lines.error("expected a request line such as GET /path HTTP/1.1", line));
  }
  request.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!target.starts_with('/')) {
    return fail(lines.error("the target must begin with /", line));
  }
  const std::size_t question = target.find('?');
  request.url.path = target.substr(0, question);
  request.url.query = question == std::string_view::npos ? "" : target.substr(question + 1);
  return {};
}

Status read_header_lines(Lines& lines, Request& request)
{
  std::vector<Headers::Field> fields;
  for (std::string_view line = lines.next(); !line.empty(); line = lines.next()) {
    const bool is_folded = line.front() == ' ' || line.front() == '\t';
    if (is_folded && !fields.empty()) {
      fields.back().second += "\n" + std::string(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return fail(lines.error("expected a header line such as Host:example.com", line));
    }
    fields.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  for (auto& [field_name, value] : fields) {
    request.headers.add(std::move(field_name), std::move(value));
  }
  return {};
}

}  // namespace

Result<Request> parse_request_text(std::string_view text, std::string_view name)
{
  Lines lines{text, name};
  Request request;
  DAVIT_TRY(read_request_line(lines, request));
  DAVIT_TRY(read_header_lines(lines, request));
  request.body = lines.rest();
  const auto& fields = request.headers.fields();
  if (std::count_if(fields.begin(), fields.end(), [](const auto& field) { return equals_ignoring_case(field.first, "host"); }) > 1) {
    return fail(usage_error(fmt::format("{} has more than one Host header", name), "keep one: RFC 9112 section 3.2 allows no more"));
  }
  std::string host = request.headers.get("host").value_or("");
  host.erase(0, host.find_first_not_of(" \t"));
  host.erase(host.find_last_not_of(" \t") + 1);
  auto url = parse_url("https://" + host);
  if (!url || url->path != "/") {
    return fail(usage_error(fmt::format("{} has no usable Host header", name), "add a line such as Host:example.amazonaws.com"));
  }
  request.url.scheme = url->scheme;
  request.url.host = url->host;
  request.url.port = url->port;
  return request;
}

std::string to_text(const Request& request)
{
  std::string out =
      fmt::format("{} {}{}{} HTTP/1.1\n", request.method, request.url.path, request.url.query.empty() ? "" : "?", request.url.query);
  for (const auto& [name, value] : request.headers.fields()) {
    out += name + ":" + value + "\n";
  }
  return out + "\n" + request.body;
}

}  // namespace davit::aws::http
