// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::commands::workflow::smoke {

/// The values that {{name}} stands for: the suite's variables, `run`, and what steps captured.
class Variables
{
public:
  void set(const std::string& name, OrderedJson value) { m_values[name] = std::move(value); }

  /// Says that a step is there to capture this name: until it has, a use of the name is no mistake of the suite.
  void promise(const std::string& name) { m_promised.insert(name); }

  /// The promised name without a value that expand() met since it was last asked.
  [[nodiscard]] std::string take_missing() const { return std::exchange(m_missing, {}); }

  /// The text with every {{name}} replaced. Usage error for a name that has no value.
  [[nodiscard]] Result<std::string> expand(const std::string& text) const;

  /// The same for every string inside. A string that is nothing but one {{name}} becomes that value with its type.
  [[nodiscard]] Result<OrderedJson> expand(const OrderedJson& value) const;

private:
  [[nodiscard]] Result<const OrderedJson*> find(const std::string& name) const;
  [[nodiscard]] Result<OrderedJson> expand_string(const std::string& text) const;

  std::map<std::string, OrderedJson> m_values;
  std::set<std::string> m_promised;
  mutable std::string m_missing;
};

}  // namespace davit::commands::workflow::smoke
