// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace davit::aws::jose {

/// Why a token is refused, in the order in which a token is checked. The ids are part of davit's interface.
enum class ReasonId {
  empty_token,
  token_too_large,
  json_serialization,
  encrypted_token,
  not_three_parts,
  header_encoding,
  payload_encoding,
  signature_encoding,
  header_json,
  header_duplicate_member,
  header_member_type,
  algorithm_missing,
  algorithm_none,
  algorithm_unsupported,
  critical_malformed,
  critical_unknown,
  unencoded_payload,
  type_mismatch,
  key_not_found,
  key_unusable,
  key_use,
  key_confusion,
  key_mismatch,
  algorithm_not_allowed,
  key_too_short,
  signature_missing,
  signature_length,
  signature_range,
  detached_payload,
  signature_mismatch,
  nested_token,
  claims_json,
  claims_duplicate_member,
  claim_type,
  expired,
  not_yet_valid,
  issued_in_future,
  issuer_missing,
  issuer_mismatch,
  audience_missing,
  audience_mismatch,
  audience_not_given,
};

struct ReasonFacts {
  ReasonId id;
  std::string_view name;     ///< "signature-mismatch"
  std::string_view meaning;  ///< for the manual
};

std::span<const ReasonFacts> all_reasons();
std::string_view name_of(ReasonId id);

/// One reason why one token is refused. The message never holds the token or a key.
struct Reason {
  ReasonId id;
  std::string message;
};

/// Text that came from a token, in quotes, control characters escaped and long text cut, so that it cannot write to a terminal.
std::string in_quotes(std::string_view text);

}  // namespace davit::aws::jose
