// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/yaml/node.hpp"
#include "cli/yaml/reader.hpp"
#include "cli/yaml/scalar.hpp"
#include "commands/workflow/smoke/suite.hpp"

namespace davit::commands::workflow::smoke {

/// Walks one YAML file along the schema of suites, noting every problem instead of stopping.
class SuiteReader
{
public:
  SuiteReader(const cli::yaml::Document& document, std::vector<Diagnostic>& problems, std::filesystem::path file)
      : m_document(document), m_problems(problems), m_file(std::move(file))
  {
  }

  Suite read();

private:
  using Node = cli::yaml::Node;
  using Field = std::pair<std::string_view, std::function<void(const Node&)>>;

  void complain(const Node& at, std::string message, std::string hint = {});
  bool expect(const Node& node, cli::yaml::Kind kind, std::string_view what);
  std::string text(const Node& node);
  OrderedJson json(const Node& node);

  /// Hands each member of a map to its field; an unknown key is a problem with a suggestion.
  void fields(const Node& node, std::string_view what, std::span<const Field> known);

  std::vector<Step> steps(const Node& node);
  Step step(const Node& node);
  void request(const Node& node, Step& step);
  void item(const Node& node, Step& step);
  void retry(const Node& node, Step& step);
  void expectations(const Node& node, Step& step);
  void named_checks(const Node& node, Check::Subject subject, Step& step);
  void check(const Node& node, Check::Subject subject, const std::string& name, Step& step);
  void status_check(const Node& node, Step& step);
  void latency_check(const Node& node, Step& step);
  void capture(const Node& node, Step& step);
  void finish(const Node& node, Step& step);
  void json_path(const Node& node, const std::string& text);

  const cli::yaml::Document& m_document;
  std::vector<Diagnostic>& m_problems;
  std::filesystem::path m_file;
};

}  // namespace davit::commands::workflow::smoke
