// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "aws/jose/jwk.hpp"
#include "aws/jose/key_set.hpp"
#include "cli/command.hpp"

namespace davit::commands::jwt {

/// `davit jwt key generate|convert|public|thumbprint|inspect`.
void add_key(CLI::App& group, cli::Registry& registry);

void add_key_generate(CLI::App& group, cli::Registry& registry);

/// How a key is written. A secret is a JWK, or its bare bytes.
enum class KeyForm { pem, jwk, bytes };

/// The key's text in that form. Usage error for a secret in PEM, or an asymmetric key as bare bytes.
Result<aws::crypto::Secret> write_key(const aws::jose::TokenKey& key, KeyForm form, aws::crypto::KeyPart part);

/// Writes a new file that only its owner may read. Usage error when it exists: a key that is overwritten is lost.
Status save_new_key(const std::filesystem::path& path, const aws::crypto::Secret& key);

}  // namespace davit::commands::jwt
