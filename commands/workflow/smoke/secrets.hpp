// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/http/message.hpp"

namespace davit::commands::workflow::smoke {

/// Values that no report may show: minted tokens, and what goes by a name that speaks of a secret, wherever it was sent, received or
/// captured. Values of fewer than six characters are not remembered: they would mask half of every report.
class Secrets
{
public:
  void add(const std::string& value);

  /// Remembers what is a secret by its name: the value itself, members of it at any depth, and JSON inside its texts.
  void learn(const OrderedJson& value, const std::string& name = {});
  void learn(const aws::http::Headers& headers);
  void learn(const std::map<std::string, std::string>& headers);

  /// The value with every secret in it replaced by ***, members with speaking names included. `name` is what the value goes by.
  [[nodiscard]] OrderedJson masked(const OrderedJson& value, const std::string& name = {}) const;
  [[nodiscard]] std::string masked_text(std::string text) const;

private:
  void learn_cookies(std::string_view value);
  void learn_header(const std::string& name, const std::string& value);

  std::vector<std::string> m_values;  ///< longest first, so that no part of one is left
};

}  // namespace davit::commands::workflow::smoke
