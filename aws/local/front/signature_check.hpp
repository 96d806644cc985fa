// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "aws/auth/sigv4.hpp"
#include "aws/core/time.hpp"
#include "aws/local/front/credential_store.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::front {

/// Why a signature was not accepted, in AWS's words.
struct SignatureRefusal {
  Refusal refusal;
  std::string message;
};

/// A caller whose signature is right, and the service that the signature is for.
struct SignedCaller {
  Caller caller;
  std::string service;
};

/// Checks a SigV4 signature as AWS does: five minutes either way (or the lifetime of a presigned URL), known key, scope, the Host and
/// every x-amz-* header signed, body unchanged.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
tl::expected<SignedCaller, SignatureRefusal> check_signature(const http::Request& request, const CredentialStore& credentials,
                                                             TimePoint now);

}  // namespace davit::aws::local::front
