// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/yaml/node.hpp"
#include "commands/workflow/smoke/suite.hpp"

namespace davit::commands::workflow::smoke {

/// Walks one YAML file along the schema of suites, noting every problem instead of stopping.
class SuiteReader
{
public:
  SuiteReader(const cli::yaml::Document& document, std::vector<Diagnostic>& problems, std::filesystem::path file,
              const Surroundings& surroundings)
      : m_document(document), m_problems(problems), m_file(std::move(file)), m_surroundings(surroundings)
  {
  }

  Suite read();

private:
  using Node = cli::yaml::Node;
  using Field = std::pair<std::string_view, std::function<void(const Node&)>>;

  void complain(const Node& at, std::string message, std::string hint = {});
  void complain(const Node& at, const Error& error) { complain(at, error.message, error.hint); }
  bool expect(const Node& node, cli::yaml::Kind kind, std::string_view what);
  /// The members of a map, none when it is none, which is a problem.
  const std::vector<cli::yaml::Member>& members(const Node& node, std::string_view what);
  std::string text(const Node& node);
  OrderedJson json(const Node& node);
  std::chrono::milliseconds duration(const Node& node);

  /// Hands each member of a map to its field; an unknown key is a problem with a suggestion.
  void fields(const Node& node, std::string_view what, std::span<const Field> known);

  /// Notes each {{name}} below the node that has no value yet.
  void placeholders(const Node& node);
  void placeholders(const Node& at, const std::string& text);
  void placeholders(const Node& at, const OrderedJson& event);
  void define(const Node& at, const std::string& name);

  OrderedJson variables(const Node& node);
  std::vector<Step> steps(const Node& node);
  Step step(const Node& node);
  /// The step, once for each row of its `each`.
  std::vector<Step> steps_of(const Node& node);
  std::vector<OrderedJson> rows(const Node& node);

  // suite_reader_calls.cpp
  void call(const Node& node, Step& step);
  /// `given` are the members of the step, some of which belong to its request.
  RequestCall request(const Node& node, const std::vector<cli::yaml::Member>& given);
  void request_member(const cli::yaml::Member& member, RequestCall& request);
  void headers(const Node& node, aws::http::Headers& headers);
  std::string token(const Node& node);
  EventCall event(const Node& node);
  ItemCall item(const Node& node);
  void retry(const Node& node, Step& step);
  std::chrono::milliseconds timeout(const Node& node);

  // suite_reader_expectations.cpp
  void expectations(const Node& node, Step& step);
  void named_checks(const Node& node, Check::Subject subject, Step& step);
  void check(const Node& node, Check::Subject subject, const std::string& name, Step& step);
  void schema(const Node& node, Step& step);
  void captures(const Node& node, Step& step);
  Capture capture(const cli::yaml::Member& member);
  void json_path(const Node& node, const std::string& text);

  const cli::yaml::Document& m_document;
  std::vector<Diagnostic>& m_problems;
  std::filesystem::path m_file;
  const Surroundings& m_surroundings;
  std::set<std::string> m_defined{"run"};
};

}  // namespace davit::commands::workflow::smoke
