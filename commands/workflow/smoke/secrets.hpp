// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/json.hpp"

namespace davit::commands::workflow::smoke {

/// Values that no report may show: minted tokens, and what goes by a name that speaks of a secret.
class Secrets
{
public:
  void add(std::string value);

  /// Remembers a variable's value when its name speaks of a secret.
  void note(const std::string& name, const OrderedJson& value);

  /// The value with every secret in it replaced by ***, members with speaking names included. `name` is what the value goes by.
  [[nodiscard]] OrderedJson masked(const OrderedJson& value, const std::string& name = {}) const;
  [[nodiscard]] std::string masked_text(std::string text) const;

private:
  std::vector<std::string> m_values;
};

}  // namespace davit::commands::workflow::smoke
