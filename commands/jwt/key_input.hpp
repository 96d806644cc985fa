// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/jose/key_set.hpp"
#include "cli/context.hpp"

namespace davit::commands::jwt {

/// The keys of a file, or of standard input for "-". Usage error that names the file, and never shows its content.
Result<aws::jose::KeySet> read_keys(cli::Context& context, const std::string& file, aws::jose::WeakSecrets weak);

/// The algorithm of that name. Usage error that lists them all, and says where the name stands.
Result<aws::jose::Algorithm> parse_algorithm(const std::string& name, std::string_view where = "--alg");

/// "HS256, HS384, ...".
std::string algorithm_names();

}  // namespace davit::commands::jwt
