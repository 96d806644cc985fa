// SPDX-License-Identifier: Apache-2.0
#include "commands/local/principals.hpp"

namespace davit::commands::local {

Result<std::vector<aws::local::Principal>> principals(const std::string& account_id, const std::filesystem::path& credentials_file)
{
  std::vector<aws::local::Principal> known{aws::local::user_principal(k_default_key, k_default_key, account_id, k_default_key)};
  if (!credentials_file.empty()) {
    return fail(usage_error("--credentials is not served yet"));
  }
  return known;
}

}  // namespace davit::commands::local
