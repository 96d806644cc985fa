// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "aws/jose/key_set.hpp"
#include "cli/context.hpp"

namespace davit::commands::workflow {

/// Makes tokens of the profiles of davit.yaml, as `davit jwt mint PROFILE` does. The key of a profile is read once.
class TokenMint
{
public:
  explicit TokenMint(cli::Context& context) : m_context(context) {}

  Result<std::string> mint(const std::string& profile);

private:
  cli::Context& m_context;
  std::map<std::string, aws::jose::KeySet> m_keys;
};

}  // namespace davit::commands::workflow
