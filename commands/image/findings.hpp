// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "commands/image/gate.hpp"

namespace davit::commands::image {

/// Collects what a check finds. Of many of one kind the first ones are kept, and the last of those says how many more there are.
class Findings
{
public:
  void refuse(std::string id, std::string message, std::string file, std::string cure);
  void warn(std::string id, std::string message, std::string file, std::string cure);

  /// Refusals first, each kind in the order of its finding.
  [[nodiscard]] std::vector<Finding> take();

private:
  void add(Finding finding);

  std::vector<Finding> m_findings;
  std::map<std::string, std::size_t> m_count;
};

}  // namespace davit::commands::image
