// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/yaml/node.hpp"
#include "cli/yaml/source_text.hpp"

/// Private to reader.cpp: the parser's events made into nodes.
namespace davit::cli::yaml {

/// Thrown through the parser, and caught in read(): what makes going on pointless.
struct Refused {
  int line;
  int column;
  std::string message;
  std::string hint;
};

class Builder : public YAML::EventHandler
{
public:
  explicit Builder(const SourceText& source) : m_source(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

  /// What was built, once the parser is done.
  Node take_root() { return std::move(m_root); }

  struct Duplicate {
    Node key;
    int first_line;
  };
  [[nodiscard]] const std::vector<Duplicate>& duplicates() const { return m_duplicates; }

  /// The innermost list or map in brackets that is still open, for the error that says so.
  [[nodiscard]] const Node* open_brackets() const;
  /// The line on which a quoted text of several lines began that ends on `line`, or 0.
  [[nodiscard]] int quotes_opened_for(int line) const;

private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    bool in_brackets = false;
    std::optional<Node> key = std::nullopt;
    std::map<std::string, int, std::less<>> key_lines = {};
  };

  [[nodiscard]] Node node_at(const YAML::Mark& mark, Kind kind) const;
  void open(Node node, YAML::anchor_t anchor, YAML::EmitterStyle::value style, const std::string& tag);
  void close();
  void add(Node node, YAML::anchor_t anchor);
  void insert(Node node);
  void set_key(Open& parent, Node key);
  void merge_into(Open& target, const Node& source);
  void measure_quoted(Node& node, std::size_t offset);
  void count(std::size_t values, const Node& at);

  const SourceText& m_source;
  std::vector<Open> m_open;
  std::map<YAML::anchor_t, Node> m_anchored;
  std::vector<Duplicate> m_duplicates;
  std::map<int, int> m_multiline_quotes;  ///< last line to first line
  std::size_t m_values = 0;
  bool m_has_document = false;
  Node m_root;
};

}  // namespace davit::cli::yaml
