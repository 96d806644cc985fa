// SPDX-License-Identifier: Apache-2.0
#include "cli/output/error.hpp"

#include <fmt/format.h>

#include "cli/output/exit_code.hpp"

namespace davit::cli {
namespace {

std::string place_of(const Diagnostic& d)
{
  std::string place = d.file;
  if (d.line > 0) {
    place += fmt::format(":{}", d.line);
  }
  if (d.line > 0 && d.column > 0) {
    place += fmt::format(":{}", d.column);
  }
  return place.empty() ? "" : place + ": ";
}

std::string caret_line(const Diagnostic& d)
{
  std::string margin;
  for (const char c : d.source.substr(0, static_cast<std::size_t>(d.column - 1))) {
    margin += c == '\t' ? '\t' : ' ';
  }
  return margin + '^' + std::string(static_cast<std::size_t>(std::max(d.width - 1, 0)), '~');
}

std::string render_diagnostic(const Diagnostic& d)
{
  std::string out = "  " + place_of(d) + d.message + (d.hint.empty() ? "" : fmt::format(" ({})", d.hint)) + "\n";
  if (!d.source.empty() && d.column > 0 && static_cast<std::size_t>(d.column) <= d.source.size() + 1) {
    out += "    " + d.source + "\n    " + caret_line(d) + "\n";
  }
  return out;
}

std::string service_line(const ServiceError& s)
{
  const std::string request = s.request_id.empty() ? "" : ", request " + s.request_id;
  return fmt::format("  service: {} ({}, HTTP {}{})\n", s.code, s.operation, s.http_status, request);
}

OrderedJson to_json(const Diagnostic& d)
{
  return {{"file", d.file}, {"line", d.line}, {"column", d.column}, {"message", d.message}, {"hint", d.hint}};
}

}  // namespace

std::string render_error(const Error& error, Color color)
{
  const std::string_view label = color == Color::yes ? "\x1b[1;31merror:\x1b[0m" : "error:";
  std::string out = fmt::format("davit: {} {}\n", label, error.message);
  if (error.service) {
    out += service_line(*error.service);
  }
  for (const auto& diagnostic : error.diagnostics) {
    out += render_diagnostic(diagnostic);
  }
  if (!error.hint.empty()) {
    out += fmt::format("  hint: {}\n", error.hint);
  }
  return out;
}

std::string render_error_json(const Error& error)
{
  OrderedJson body = {{"message", error.message}, {"exitCode", exit_code_of(error.kind)}};
  body["hint"] = error.hint.empty() ? OrderedJson() : OrderedJson(error.hint);
  if (error.service) {
    body["service"] = {{"operation", error.service->operation},
                       {"code", error.service->code},
                       {"httpStatus", error.service->http_status},
                       {"requestId", error.service->request_id}};
  }
  for (const auto& diagnostic : error.diagnostics) {
    body["diagnostics"].push_back(to_json(diagnostic));
  }
  const OrderedJson document = {{"error", body}};
  return document.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace davit::cli
