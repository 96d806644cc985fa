// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/auth/credentials.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/http/message.hpp"

/// AWS Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
/// Pure: the same input gives the same signature. Both sides use it: clients to sign, aws/local to check.
namespace davit::aws::auth::sigv4 {

/// Where the signature travels: in the Authorization header, or in the query of a presigned URL.
enum class Placement { header, query };

/// Whether "." and ".." segments and doubled slashes are removed from the path before it is signed. Never done for S3, whose keys may hold
/// them.
enum class NormalizePath { no, yes };

/// Whether the x-amz-content-sha256 header is added and signed. S3 requires it and always gets it; a presigned URL never has it.
enum class ContentSha256Header { no, yes };

/// Whether the session token is part of what is signed. A few services want it appended afterwards.
enum class SessionToken { signed_, appended };

struct SigningOptions {
  std::string region;
  std::string service;  ///< the signing name: "dynamodb", "lambda", ...
  TimePoint time;
  Placement placement = Placement::header;
  std::chrono::seconds expires{3600};  ///< of a presigned URL: 1 second to 7 days
  NormalizePath normalize_path = NormalizePath::yes;
  ContentSha256Header content_sha256_header = ContentSha256Header::no;
  SessionToken session_token = SessionToken::signed_;
  std::optional<std::string> payload_hash = std::nullopt;  ///< default: the hash of the body; UNSIGNED-PAYLOAD for a presigned S3 URL
};

/// The stages of one signing, as AWS's documentation names them.
struct Signing {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;  ///< lower-case hexadecimal
};

struct SignedRequest {
  http::Request request;  ///< with everything added that the server needs to check it
  Signing signing;
};

/// Signs the Host (from the URL unless a Host field is there) and every header field except those that proxies and HTTP libraries
/// change on the way. Usage error when the request already holds a part of a signature, when region or service cannot stand in a
/// credential scope, and when `expires` is out of range.
Result<SignedRequest> sign(http::Request request, const Credentials& credentials, const SigningOptions& options);

/// The signature that a received request carries, not yet checked.
struct PresentedSignature {
  Placement placement = Placement::header;
  std::string access_key_id;
  std::string date;  ///< of the credential scope: "20150830"
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;  ///< lower case, as presented
  std::string signature;
  std::string timestamp;       ///< X-Amz-Date: "20150830T123600Z"; taken from Date when there is no other
  std::string session_token;   ///< empty when there is none
  std::string content_sha256;  ///< the x-amz-content-sha256 header; empty when there is none
  std::optional<std::chrono::seconds> expires;
};

/// Nothing when the request is not signed at all. Failed error, with AWS's own words, when a signature is there but incomplete.
Result<std::optional<PresentedSignature>> read_signature(const http::Request& request);

/// What the owner of the secret would have signed: compare `signature` with the presented one in constant time.
/// `request.url.path` and `query` must be as they came over the wire.
Signing expected_signing(const http::Request& request, const PresentedSignature& presented, std::string_view secret_access_key);

}  // namespace davit::aws::auth::sigv4
