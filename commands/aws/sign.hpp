// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "aws/auth/credentials.hpp"
#include "aws/auth/sigv4.hpp"
#include "cli/command.hpp"

namespace davit::commands::aws {

/// Which stage of a signing is wanted.
enum class Emit { canonical_request, string_to_sign, signature, request };

struct SignRequest {
  std::string text;       ///< the request to sign, as HTTP/1.1 text
  std::string file_name;  ///< for errors
  davit::aws::auth::Credentials credentials;
  davit::aws::auth::sigv4::SigningOptions options;
  Emit emit = Emit::request;
};

/// The stage, byte for byte; nothing is sent. Usage error when the text is no request or already signed.
Result<std::string> sign(const SignRequest& request);

void add_sign(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::aws
