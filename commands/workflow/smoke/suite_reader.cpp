// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/suite_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "aws/core/spelling.hpp"
#include "aws/core/time.hpp"
#include "cli/yaml/scalar.hpp"
#include "commands/workflow/smoke/variables.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using cli::yaml::Kind;
using cli::yaml::Member;
using cli::yaml::Node;

/// A key that is read after those that it depends on.
void read_later(const Node&) {}

std::string name_of(Kind kind)
{
  return kind == Kind::mapping ? "a map" : kind == Kind::sequence ? "a list" : "a text";
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

const std::vector<Member>& SuiteReader::members(const Node& node, std::string_view what)
{
  static const std::vector<Member> k_none;
  return expect(node, Kind::mapping, what) ? node.members : k_none;
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

std::chrono::milliseconds SuiteReader::duration(const Node& node)
{
  const auto parsed = parse_duration(text(node));
  if (!parsed) {
    complain(node, parsed.error());
  }
  return parsed.value_or(std::chrono::milliseconds{0});
}

void SuiteReader::fields(const Node& node, std::string_view what, std::span<const Field> known)
{
  std::vector<std::string> names;
  std::transform(known.begin(), known.end(), std::back_inserter(names), [](const Field& field) { return std::string(field.first); });
  for (const auto& member : members(node, what)) {
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

void SuiteReader::placeholders(const Node& node)
{
  if (node.kind == Kind::scalar) {
    placeholders(node, node.text);
  }
  for (const auto& element : node.elements) {
    placeholders(element);
  }
  for (const auto& member : node.members) {
    placeholders(member.key);
    placeholders(member.value);
  }
}

void SuiteReader::placeholders(const Node& at, const std::string& text)
{
  const auto found = placeholders_in(text);
  if (!found) {
    complain(at, found.error());
    return;
  }
  for (const auto& placeholder : *found) {
    if (!m_defined.contains(placeholder.name)) {
      const std::vector<std::string> defined(m_defined.begin(), m_defined.end());
      const auto suggestion = nearest(placeholder.name, defined);
      complain(
          at, fmt::format("{{{{{}}}}} has no value here", placeholder.name),
          suggestion ? fmt::format("did you mean {{{{{}}}}}?", *suggestion) : "set it in `variables`, or capture it in an earlier step");
    }
  }
}

void SuiteReader::placeholders(const Node& at, const OrderedJson& event)
{
  if (event.is_string()) {
    placeholders(at, event.get_ref<const std::string&>());
  }
  if (!event.is_structured()) {
    return;
  }
  for (const auto& [name, element] : event.items()) {
    placeholders(at, event.is_object() ? name : "");
    placeholders(at, element);
  }
}

void SuiteReader::define(const Node& at, const std::string& name)
{
  if (name == "run") {
    complain(at, "\"run\" is davit's own: a fresh id each time", "choose another name");
  } else if (!is_variable_name(name)) {
    complain(at, fmt::format("\"{}\" is no name of a variable", name), "use letters, digits, '_', '-' and '.'");
  }
  m_defined.insert(name);
}

Suite SuiteReader::read()
{
  Suite suite{.name = m_file.stem().string(), .file = m_file};
  const Field known[] = {{"name", [&](const Node& n) { suite.name = text(n); }},
                         {"variables", read_later},
                         {"setup", read_later},
                         {"steps", read_later},
                         {"cleanup", read_later}};
  const Node& root = m_document.root;
  const std::size_t before = m_problems.size();
  fields(root, "a smoke suite", known);
  if (const Node* const node = root.find("variables")) {
    suite.variables = variables(*node);
  }
  // As they run, whatever their order in the file: a step may use what an earlier one captures.
  const std::pair<const char*, std::vector<Step>*> phases[] = {
      {"setup", &suite.setup}, {"steps", &suite.steps}, {"cleanup", &suite.cleanup}};
  for (const auto& [key, into] : phases) {
    if (const Node* const node = root.find(key)) {
      *into = steps(*node);
    }
  }
  if (suite.steps.empty() && m_problems.size() == before) {
    complain(root, "a smoke suite needs `steps`");
  }
  return suite;
}

OrderedJson SuiteReader::variables(const Node& node)
{
  OrderedJson out = OrderedJson::object();
  for (const auto& member : members(node, "variables")) {
    placeholders(member.value);
    out[member.key.text] = json(member.value);
    define(member.key, member.key.text);
  }
  return out;
}

std::vector<Step> SuiteReader::steps(const Node& node)
{
  std::vector<Step> out;
  if (expect(node, Kind::sequence, "a list of steps")) {
    for (const auto& element : node.elements) {
      auto expanded = steps_of(element);
      out.insert(out.end(), std::make_move_iterator(expanded.begin()), std::make_move_iterator(expanded.end()));
    }
  }
  return out;
}

Step SuiteReader::step(const Node& node)
{
  Step out{.line = node.line};
  const Field known[] = {{"name", [&](const Node& n) { out.name = text(n); }},
                         {"request", read_later},
                         {"event", read_later},
                         {"item", read_later},
                         {"token", read_later},
                         {"headers", read_later},
                         {"json", read_later},
                         {"form", read_later},
                         {"body", read_later},
                         {"expect", read_later},
                         {"capture", read_later},
                         {"each", read_later},
                         {"retry", read_later},
                         {"timeout", [&](const Node& n) { out.timeout = timeout(n); }}};
  fields(node, "a step", known);
  if (node.kind != Kind::mapping) {
    return out;
  }
  call(node, out);
  if (const Node* const expected = node.find("expect")) {
    expectations(*expected, out);
  }
  if (const Node* const again = node.find("retry")) {
    retry(*again, out);
  }
  if (const Node* const captured = node.find("capture")) {
    captures(*captured, out);
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
