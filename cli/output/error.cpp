// SPDX-License-Identifier: Apache-2.0
#include "cli/output/error.hpp"

#include <fmt/format.h>

#include "cli/term/visible.hpp"

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

/// The characters of a UTF-8 text, one each.
std::vector<std::string> characters_of(const std::string& text)
{
  std::vector<std::string> characters;
  for (const char c : text) {
    if (characters.empty() || (c & 0xC0) != 0x80) {
      characters.emplace_back();
    }
    characters.back() += c;
  }
  return characters;
}

/// The line and its caret; of a long line the part around the caret.
std::string excerpt(const Diagnostic& d)
{
  constexpr std::size_t k_widest = 120;
  constexpr std::size_t k_before = 60;
  const auto line = characters_of(visible_in_place(d.source));
  const auto at = static_cast<std::size_t>(d.column) - 1;
  const std::size_t first = line.size() <= k_widest || at < k_before ? 0 : at - k_before;
  const std::size_t last = std::min(line.size(), first + k_widest);
  std::string text = first > 0 ? "..." : "";
  std::string margin(text.size(), ' ');
  for (std::size_t i = first; i < last; ++i) {
    text += line[i];
    margin += i < at ? (line[i] == "\t" ? "\t" : " ") : "";
  }
  const std::size_t width = std::min(static_cast<std::size_t>(std::max(d.width, 1)), std::max<std::size_t>(last, at + 1) - at);
  return "    " + text + (last < line.size() ? "..." : "") + "\n    " + margin + '^' + std::string(width - 1, '~') + "\n";
}

std::string render_diagnostic(const Diagnostic& d)
{
  std::string out = "  " + visible(place_of(d) + d.message + (d.hint.empty() ? "" : fmt::format(" ({})", d.hint))) + "\n";
  if (!d.source.empty() && d.column > 0 && static_cast<std::size_t>(d.column) <= d.source.size() + 1) {
    out += excerpt(d);
  }
  return out;
}

std::string service_line(const ServiceError& s)
{
  const std::string request = s.request_id.empty() ? "" : ", request " + s.request_id;
  return fmt::format("  service: {} ({}, HTTP {}{})\n", visible(s.code), s.operation, s.http_status, visible(request));
}

OrderedJson to_json(const Diagnostic& d)
{
  return {{"file", d.file}, {"line", d.line}, {"column", d.column}, {"message", d.message}, {"hint", d.hint}};
}

}  // namespace

std::string render_error(const Error& error, Color color)
{
  const std::string_view label = color == Color::yes ? "\x1b[1;31merror:\x1b[0m" : "error:";
  std::string out = fmt::format("davit: {} {}\n", label, visible(error.message));
  if (error.service) {
    out += service_line(*error.service);
  }
  for (const auto& diagnostic : error.diagnostics) {
    out += render_diagnostic(diagnostic);
  }
  if (!error.hint.empty()) {
    out += fmt::format("  hint: {}\n", visible(error.hint));
  }
  return out;
}

std::string render_error_json(const Error& error, int exit_code)
{
  OrderedJson body = {{"message", error.message}, {"exitCode", exit_code}};
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
