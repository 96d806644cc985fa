// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "cli/config/schema.hpp"

namespace davit::cli::config {

/// Where a value stands: its key, if it has one, and itself. Points into the tree that was read.
struct Site {
  const yaml::Node* key = nullptr;
  const yaml::Node* value = nullptr;
};

using Sites = std::map<std::string, Site>;

/// Walks a YAML tree along the schema: fills the model, remembers where each value stands, and notes every problem instead of stopping.
class Reader
{
public:
  Reader(const yaml::Document& document, std::vector<Diagnostic>& problems) : m_document(document), m_problems(problems) {}

  /// One step down the tree for as long as it lives.
  class Step
  {
  public:
    Step(Reader& reader, const std::string& segment, Site site);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

  private:
    Reader& m_reader;
    std::size_t m_length;
    const yaml::Node* m_key;
  };

  void complain(const yaml::Node& at, const Complaint& complaint);

  /// Notes a complaint about what stands at that path, or at the nearest path above it that the file has.
  enum class Part { key, value };
  void complain_at(const std::string& path, Part part, const Complaint& complaint);

  /// Notes the complaint of a text rule, or of the few values allowed.
  void check_text(const yaml::Node& at, std::string_view text, const Constraint& constraint);
  void check_range(const yaml::Node& at, double value, const Constraint& constraint);
  void check_key(const yaml::Node& key, const Constraint& constraint);

  /// Notes a complaint and returns false unless the node is of that kind.
  bool expect(const yaml::Node& node, yaml::Kind kind, const Constraint& constraint);

  void read_object(const yaml::Node& node, std::span<const Field> fields, void* owner, const Constraint& constraint);

  [[nodiscard]] const Sites& sites() const { return m_sites; }

private:
  void unknown_key(const yaml::Node& key, std::span<const Field> fields);

  const yaml::Document& m_document;
  std::vector<Diagnostic>& m_problems;
  std::string m_path;
  const yaml::Node* m_key = nullptr;  ///< of the value being read
  Sites m_sites;
};

}  // namespace davit::cli::config
