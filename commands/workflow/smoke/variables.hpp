// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::commands::workflow::smoke {

/// A {{name}} in a text.
struct Placeholder {
  std::size_t begin = 0;  ///< of the braces
  std::size_t end = 0;    ///< behind the closing ones
  std::string name;
};

/// Whether a variable can be called so: a letter or an underscore, then these, digits, dots and hyphens.
bool is_variable_name(std::string_view text);

/// The placeholders of a text, in order. Usage error for braces that are not closed or hold no name.
Result<std::vector<Placeholder>> placeholders_in(std::string_view text);

/// The values that {{name}} stands for: the suite's variables, `run`, and what steps captured.
class Variables
{
public:
  void set(const std::string& name, OrderedJson value) { m_values[name] = std::move(value); }
  [[nodiscard]] const std::map<std::string, OrderedJson>& values() const { return m_values; }

  /// The text with every {{name}} replaced. Not-found error for a name that has no value.
  [[nodiscard]] Result<std::string> expand(const std::string& text) const;

  /// The same for every string inside. A string that is nothing but one {{name}} becomes that value with its type.
  [[nodiscard]] Result<OrderedJson> expand(const OrderedJson& value) const;

private:
  [[nodiscard]] Result<const OrderedJson*> find(const std::string& name) const;
  [[nodiscard]] Result<OrderedJson> expand_string(const std::string& text) const;

  std::map<std::string, OrderedJson> m_values;
};

}  // namespace davit::commands::workflow::smoke
