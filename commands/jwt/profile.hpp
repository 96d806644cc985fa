// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/jose/key_set.hpp"
#include "cli/config/project.hpp"
#include "cli/context.hpp"

namespace davit::commands::jwt {

/// The token profile of davit.yaml with that name. Usage error that names the nearest, or that there is no project. The context's.
Result<const cli::config::TokenProfile*> find_profile(cli::Context& context, const std::string& name);

/// The key of a profile: its key file, or the text of its secret in Secrets Manager, whose bytes are the key.
Result<aws::jose::KeySet> keys_of_profile(cli::Context& context, const std::string& name, const cli::config::TokenProfile& profile,
                                          aws::jose::WeakSecrets weak);

}  // namespace davit::commands::jwt
