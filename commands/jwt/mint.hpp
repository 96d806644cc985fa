// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "aws/core/time.hpp"
#include "aws/jose/key_set.hpp"
#include "cli/command.hpp"
#include "cli/config/project.hpp"

namespace davit::commands::jwt {

/// What a token is made of. Nothing is added to it that does not stand here.
struct MintRequest {
  aws::jose::KeySet keys;
  std::optional<std::string> key_id;              ///< which key of a set signs
  std::optional<aws::jose::Algorithm> algorithm;  ///< else the header's, else the key's usual one
  const cli::config::TokenProfile* profile = nullptr;
  std::optional<std::string> claims;                 ///< a JSON object laid over the profile's claims
  std::optional<std::string> raw_claims;             ///< these exact bytes instead; and then `header` exactly too
  std::optional<std::string> header;                 ///< a JSON object laid over the usual header
  std::optional<std::chrono::milliseconds> expires;  ///< exp = now + this; else the profile's lifetime
  bool issued_at = false;                            ///< iat = now
  aws::jose::WeakSecrets weak = aws::jose::WeakSecrets::refused;
  TimePoint now;
};

struct MintResponse {
  std::string token;
  aws::jose::Algorithm algorithm;
  std::string header;
  std::string claims;
};

/// Makes and signs a token. Refuses what `davit jwt verify` would refuse for its form, except under raw claims, whose bytes are not read.
Result<MintResponse> mint(const MintRequest& request);

/// The token of a profile of davit.yaml as it stands there, its key read from its file or from Secrets Manager: for a request to the
/// handler.
Result<MintResponse> mint_profile(cli::Context& context, const std::string& name);

/// `davit jwt mint`.
void add_mint(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::jwt
