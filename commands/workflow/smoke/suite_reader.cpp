// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/suite_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/spelling.hpp"
#include "aws/core/time.hpp"
#include "commands/workflow/smoke/json_path.hpp"
#include "commands/workflow/smoke/matcher.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using cli::yaml::Kind;
using cli::yaml::Node;

constexpr int k_most_retries = 1000;

std::string name_of(Kind kind)
{
  return kind == Kind::mapping ? "a map" : kind == Kind::sequence ? "a list" : "a text";
}

bool is_method(std::string_view text)
{
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

void SuiteReader::complain(const Node& at, std::string message, std::string hint)
{
  m_problems.push_back(m_document.diagnostic(at, std::move(message), std::move(hint)));
}

bool SuiteReader::expect(const Node& node, Kind kind, std::string_view what)
{
  if (node.kind != kind) {
    complain(node, fmt::format("{} must be {}, not {}", what, name_of(kind), cli::yaml::describe(node)));
  }
  return node.kind == kind;
}

std::string SuiteReader::text(const Node& node)
{
  const auto typed = cli::yaml::as_text(node);
  if (!typed) {
    complain(node, typed.error().message, typed.error().hint);
  }
  return typed.value_or("");
}

OrderedJson SuiteReader::json(const Node& node)
{
  return cli::yaml::to_json(node,
                            [this](const Node& at, cli::yaml::Complaint complaint) { complain(at, complaint.message, complaint.hint); });
}

void SuiteReader::fields(const Node& node, std::string_view what, std::span<const Field> known)
{
  if (!expect(node, Kind::mapping, what)) {
    return;
  }
  std::vector<std::string> names;
  std::transform(known.begin(), known.end(), std::back_inserter(names), [](const Field& field) { return std::string(field.first); });
  for (const auto& member : node.members) {
    const auto found = std::find(names.begin(), names.end(), member.key.text);
    if (found == names.end()) {
      const auto suggestion = nearest(member.key.text, names);
      complain(member.key, fmt::format("unknown key \"{}\" of {}", member.key.text, what),
               suggestion ? fmt::format("did you mean \"{}\"?", *suggestion) : fmt::format("known: {}", fmt::join(names, ", ")));
    } else {
      known[static_cast<std::size_t>(found - names.begin())].second(member.value);
    }
  }
}

Suite SuiteReader::read()
{
  Suite suite{.name = m_file.stem().string(), .file = m_file};
  const Field known[] = {
      {"name", [&](const Node& n) { suite.name = text(n); }},
      {"variables", [&](const Node& n) { suite.variables = expect(n, Kind::mapping, "variables") ? json(n) : OrderedJson::object(); }},
      {"setup", [&](const Node& n) { suite.setup = steps(n); }},
      {"steps", [&](const Node& n) { suite.steps = steps(n); }},
      {"cleanup", [&](const Node& n) { suite.cleanup = steps(n); }},
  };
  fields(m_document.root, "a smoke suite", known);
  if (suite.steps.empty() && m_problems.empty()) {
    complain(m_document.root, "a smoke suite needs `steps`");
  }
  return suite;
}

std::vector<Step> SuiteReader::steps(const Node& node)
{
  std::vector<Step> out;
  if (expect(node, Kind::sequence, "a list of steps")) {
    std::transform(node.elements.begin(), node.elements.end(), std::back_inserter(out), [this](const Node& n) { return step(n); });
  }
  return out;
}

Step SuiteReader::step(const Node& node)
{
  Step out{.line = node.line};
  RequestCall body;
  const Field known[] = {
      {"name", [&](const Node& n) { out.name = text(n); }},
      {"request", [&](const Node& n) { request(n, out); }},
      {"event", [&](const Node& n) { out.event = EventCall{std::filesystem::absolute(m_file).parent_path() / text(n)}; }},
      {"item", [&](const Node& n) { item(n, out); }},
      {"token", [&](const Node& n) { out.token = text(n); }},
      {"headers",
       [&](const Node& n) {
         for (const auto& member : expect(n, Kind::mapping, "headers") ? n.members : std::vector<cli::yaml::Member>{}) {
           out.headers[member.key.text] = text(member.value);
         }
       }},
      {"json", [&](const Node& n) { body.json = json(n); }},
      {"body", [&](const Node& n) { body.body = text(n); }},
      {"expect", [&](const Node& n) { expectations(n, out); }},
      {"capture", [&](const Node& n) { capture(n, out); }},
      {"retry", [&](const Node& n) { retry(n, out); }},
  };
  fields(node, "a step", known);
  if (out.request) {
    out.request->json = body.json;
    out.request->body = body.body;
  } else if (body.json || body.body) {
    complain(node, "`json` and `body` belong to a `request`");
  }
  finish(node, out);
  return out;
}

void SuiteReader::finish(const Node& node, Step& step)
{
  const int calls =
      static_cast<int>(step.request.has_value()) + static_cast<int>(step.event.has_value()) + static_cast<int>(step.item.has_value());
  if (node.kind == Kind::mapping && calls != 1) {
    complain(node, fmt::format("a step needs one of `request`, `event` and `item`; this one has {}", calls));
  }
  if (step.request && step.request->json && step.request->body) {
    complain(node, "a request has `json` or `body`, not both");
  }
  if (step.name.empty()) {
    step.name = step.request ? step.request->method + " " + step.request->path : step.item ? "item of " + step.item->table : "event";
  }
}

void SuiteReader::request(const Node& node, Step& step)
{
  const std::string line = text(node);
  const std::size_t space = line.find(' ');
  const std::string path = space == std::string::npos ? "" : line.substr(space + 1);
  const bool has_path = path.starts_with('/') || path.starts_with("{{");
  if (!is_method(line.substr(0, space)) || !has_path || path.find(' ') != std::string::npos) {
    complain(node, fmt::format("'{}' is no request", line), "write it as METHOD /path, for example GET /products?category=home");
  }
  step.request = RequestCall{.method = line.substr(0, space), .path = path, .body = std::nullopt, .json = std::nullopt};
}

void SuiteReader::item(const Node& node, Step& step)
{
  ItemCall call;
  int verbs = 0;
  const auto verb = [&](ItemCall::Verb which) {
    return [&, which](const Node& n) {
      call.verb = which;
      call.argument = expect(n, Kind::mapping, "the key or item") ? json(n) : OrderedJson::object();
      ++verbs;
    };
  };
  const Field known[] = {
      {"table", [&](const Node& n) { call.table = text(n); }},
      {"get", verb(ItemCall::Verb::get)},
      {"put", verb(ItemCall::Verb::put)},
      {"delete", verb(ItemCall::Verb::remove)},
  };
  fields(node, "an item call", known);
  if (call.table.empty() || verbs != 1) {
    complain(node, "an item call needs `table` and one of `get`, `put` and `delete`");
  }
  step.item = std::move(call);
}

void SuiteReader::retry(const Node& node, Step& step)
{
  const Field known[] = {
      {"times",
       [&](const Node& n) {
         const auto times = cli::yaml::as_integer(n);
         if (!times || *times < 0 || *times > k_most_retries) {
           complain(n, fmt::format("retry times must be a number from 0 to {}", k_most_retries));
         } else {
           step.retry.times = static_cast<int>(*times);
         }
       }},
      {"wait",
       [&](const Node& n) {
         const auto wait = parse_duration(text(n));
         if (!wait) {
           complain(n, wait.error().message, wait.error().hint);
         } else {
           step.retry.wait = *wait;
         }
       }},
  };
  fields(node, "retry", known);
}

void SuiteReader::expectations(const Node& node, Step& step)
{
  using Subject = Check::Subject;
  const Field known[] = {
      {"status", [&](const Node& n) { status_check(n, step); }},
      {"headers", [&](const Node& n) { named_checks(n, Subject::header, step); }},
      {"json", [&](const Node& n) { named_checks(n, Subject::json, step); }},
      {"payload", [&](const Node& n) { named_checks(n, Subject::payload, step); }},
      {"body", [&](const Node& n) { check(n, Subject::body, "", step); }},
      {"latency_ms", [&](const Node& n) { latency_check(n, step); }},
      {"log", [&](const Node& n) { check(n, Subject::log, "", step); }},
      {"function_error", [&](const Node& n) { check(n, Subject::function_error, "", step); }},
  };
  fields(node, "expect", known);
}

void SuiteReader::named_checks(const Node& node, Check::Subject subject, Step& step)
{
  if (!expect(node, Kind::mapping, subject == Check::Subject::header ? "expected headers" : "expected JSON")) {
    return;
  }
  for (const auto& member : node.members) {
    if (subject != Check::Subject::header) {
      json_path(member.key, member.key.text);
    }
    check(member.value, subject, member.key.text, step);
  }
}

void SuiteReader::check(const Node& node, Check::Subject subject, const std::string& name, Step& step)
{
  // Headers and log lines are texts, whatever they look like: `content-length: 12`.
  const bool is_text = node.kind == Kind::scalar && (subject == Check::Subject::header || subject == Check::Subject::log);
  OrderedJson expected = is_text ? OrderedJson(text(node)) : json(node);
  if (const auto complaint = complaint_about(expected)) {
    complain(node, *complaint);
  }
  const bool is_part = is_text && subject == Check::Subject::log;
  step.checks.push_back(
      {.subject = subject, .name = name, .expected = is_part ? OrderedJson{{"contains", expected}} : std::move(expected)});
}

void SuiteReader::status_check(const Node& node, Step& step)
{
  OrderedJson expected = json(node);
  const auto is_status = [](const OrderedJson& value) { return value.is_number_integer() && value >= 100 && value <= 599; };
  const bool all = expected.is_array() && !expected.empty() && std::all_of(expected.begin(), expected.end(), is_status);
  if (!all && !is_status(expected)) {
    complain(node, "status must be a number from 100 to 599, or a list of them");
  }
  step.checks.push_back({.subject = Check::Subject::status, .expected = all ? OrderedJson{{"any_of", expected}} : std::move(expected)});
}

void SuiteReader::latency_check(const Node& node, Step& step)
{
  const auto limit = cli::yaml::as_number(node);
  if (!limit || *limit <= 0) {
    complain(node, "latency_ms must be a number of milliseconds above 0");
  }
  step.checks.push_back({.subject = Check::Subject::latency, .expected = {{"max", limit.value_or(0)}}});
}

void SuiteReader::capture(const Node& node, Step& step)
{
  for (const auto& member : expect(node, Kind::mapping, "capture") ? node.members : std::vector<cli::yaml::Member>{}) {
    step.capture[member.key.text] = text(member.value);
    json_path(member.value, step.capture[member.key.text]);
  }
}

void SuiteReader::json_path(const Node& node, const std::string& path)
{
  if (const auto parsed = JsonPath::parse(path); !parsed) {
    complain(node, parsed.error().message, parsed.error().hint);
  }
}

}  // namespace davit::commands::workflow::smoke
