// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/process.hpp"

namespace davit::tests {

/// A `davit local up` of its own, on a free port with a folder of its own, stopped with the object.
class LocalAws
{
public:
  /// `flags` are added to `local up`.
  explicit LocalAws(const std::vector<std::string>& flags = {});
  ~LocalAws();
  LocalAws(const LocalAws&) = delete;
  LocalAws& operator=(const LocalAws&) = delete;

  /// The document that `local up -o json` printed.
  [[nodiscard]] const nlohmann::json& document() const { return m_document; }
  [[nodiscard]] std::string endpoint() const { return m_document.at("endpoint"); }

  /// AWS variables that point at it, as `davit local env` prints them.
  [[nodiscard]] std::map<std::string, std::string> environment() const;

  /// Runs davit with those variables.
  [[nodiscard]] Finished davit(std::vector<std::string> arguments, const std::string& input = {}) const;

private:
  TemporaryDirectory m_state;
  nlohmann::json m_document;
};

}  // namespace davit::tests
