// SPDX-License-Identifier: Apache-2.0
// What a step expects of the answer, and what it keeps of it.
#include <fmt/format.h>

#include "aws/core/file.hpp"
#include "cli/yaml/scalar.hpp"
#include "commands/workflow/smoke/expectation.hpp"
#include "commands/workflow/smoke/json_path.hpp"
#include "commands/workflow/smoke/matcher.hpp"
#include "commands/workflow/smoke/suite_reader.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using cli::yaml::Kind;
using cli::yaml::Member;
using cli::yaml::Node;
using Subject = Check::Subject;

/// Why an answer to such a call has no such part; nothing when it has.
std::optional<std::string> complaint_about(const decltype(Step::call)& call, Subject subject)
{
  if (std::holds_alternative<RequestCall>(call)) {
    return subject == Subject::payload ? std::optional("`payload` is what an `event` brings; a `request` brings `json`") : std::nullopt;
  }
  if (std::holds_alternative<EventCall>(call)) {
    return subject == Subject::status || subject == Subject::header
               ? std::optional("an `event` brings a payload, without a status or headers of its own")
               : std::nullopt;
  }
  return subject == Subject::json || subject == Subject::latency ? std::nullopt
                                                                 : std::optional("an `item` call brings `json` and `latency_ms` alone");
}

}  // namespace

void SuiteReader::expectations(const Node& node, Step& step)
{
  const auto checks = [&](Subject subject) { return [&, subject](const Node& n) { check(n, subject, "", step); }; };
  const auto named = [&](Subject subject) { return [&, subject](const Node& n) { named_checks(n, subject, step); }; };
  const Field known[] = {{"status", checks(Subject::status)},
                         {"headers", named(Subject::header)},
                         {"json", named(Subject::json)},
                         {"payload", named(Subject::payload)},
                         {"body", checks(Subject::body)},
                         {"latency_ms", checks(Subject::latency)},
                         {"log", checks(Subject::log)},
                         {"function_error", checks(Subject::function_error)},
                         {"schema", [&](const Node& n) { schema(n, step); }}};
  placeholders(node);
  fields(node, "expect", known);
}

void SuiteReader::named_checks(const Node& node, Subject subject, Step& step)
{
  for (const auto& member : members(node, subject == Subject::header ? "expected headers" : "expected JSON")) {
    if (subject != Subject::header) {
      json_path(member.key, member.key.text);
    }
    check(member.value, subject, member.key.text, step);
  }
}

void SuiteReader::check(const Node& node, Subject subject, const std::string& name, Step& step)
{
  // Headers and log lines are texts, whatever they look like: `content-length: 12`.
  const bool is_text = node.kind == Kind::scalar && (subject == Subject::header || subject == Subject::log || subject == Subject::body);
  Check check{.subject = subject, .name = name, .expected = is_text ? OrderedJson(text(node)) : json(node)};
  if (const auto complaint = complaint_about(step.call, subject)) {
    complain(node, *complaint);
  } else if (const auto wrong = complaint_about(check)) {
    complain(node, *wrong);
  } else if (subject == Subject::log && !m_surroundings.has_function) {
    complain(node, "no function is known to read the log of", "use --target FUNCTION, or a davit.yaml with a handler");
  }
  step.checks.push_back(std::move(check));
}

/// A map is the schema itself, a text the file that it is in.
void SuiteReader::schema(const Node& node, Step& step)
{
  Check check{.subject = Subject::schema};
  if (node.kind != Kind::scalar) {
    check.expected = json(node);
  } else {
    check.name = text(node);
    const std::filesystem::path file = m_file.parent_path() / check.name;
    auto parsed = read_file(file).and_then([&](const std::string& content) { return parse_ordered_json(content, file.string()); });
    if (!parsed) {
      complain(node, parsed.error());
      return;
    }
    check.expected = std::move(*parsed);
  }
  if (const auto complaint = complaint_about(check)) {
    complain(node, fmt::format("{}: {}", check.title(), *complaint));
  }
  step.checks.push_back(std::move(check));
}

void SuiteReader::captures(const Node& node, Step& step)
{
  for (const auto& member : members(node, "capture")) {
    step.captures.push_back(capture(member));
    if (step.captures.back().source == Capture::Source::header && !std::holds_alternative<RequestCall>(step.call)) {
      complain(member.value, "only the answer to a `request` has headers");
    }
    define(member.key, member.key.text);
  }
}

Capture SuiteReader::capture(const Member& member)
{
  Capture out{.name = member.key.text};
  if (member.value.kind != Kind::mapping) {
    out.from = text(member.value);
    json_path(member.value, out.from);
    return out;
  }
  const Field known[] = {{"json",
                          [&](const Node& n) {
                            out.from = text(n);
                            json_path(n, out.from);
                          }},
                         {"header",
                          [&](const Node& n) {
                            out.from = text(n);
                            out.source = Capture::Source::header;
                          }},
                         {"matches", [&](const Node& n) {
                            out.pattern = text(n);
                            if (const auto wrong = complaint_about(OrderedJson{{"matches", *out.pattern}})) {
                              complain(n, *wrong);
                            }
                          }}};
  fields(member.value, "a capture", known);
  if ((member.value.find("json") == nullptr) == (member.value.find("header") == nullptr)) {
    complain(member.value, "a capture needs one of `json` and `header`");
  }
  return out;
}

void SuiteReader::json_path(const Node& node, const std::string& path)
{
  if (const auto parsed = JsonPath::parse(path); !parsed) {
    complain(node, parsed.error());
  }
}

}  // namespace davit::commands::workflow::smoke
