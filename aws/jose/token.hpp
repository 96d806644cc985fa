// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/jose/algorithm.hpp"
#include "aws/jose/json_scanner.hpp"
#include "aws/jose/reason.hpp"

namespace davit::aws::jose {

/// Collects why a token is refused: the first reason alone, or every one.
class Findings
{
public:
  enum class Collect { first, all };

  explicit Findings(Collect collect) : m_collect(collect) {}

  void add(ReasonId id, std::string message)
  {
    if (m_collect == Collect::all || m_reasons.empty()) {
      m_reasons.push_back({id, std::move(message)});
    }
  }

  /// Whether further checks can add nothing.
  [[nodiscard]] bool enough() const { return m_collect == Collect::first && !m_reasons.empty(); }
  [[nodiscard]] bool empty() const { return m_reasons.empty(); }
  [[nodiscard]] std::vector<Reason> take() { return std::move(m_reasons); }

private:
  Collect m_collect;
  std::vector<Reason> m_reasons;
};

/// A compact token (RFC 7515 section 7.1) taken apart. The views point into the token, which must outlive it.
struct CompactToken {
  std::string_view signing_input;  ///< header and payload as they were signed
  bool has_empty_payload = false;
  bool has_empty_signature = false;
  std::optional<std::string> header;  ///< decoded; nothing when it is not base64url
  std::optional<std::string> payload;
  std::optional<std::string> signature;
};

/// Nothing when the token is not three parts. White space, padding and line breaks are never passed over: they are part of no token.
std::optional<CompactToken> split_token(std::string_view token, Findings& findings);

/// The members of a header that decide how a token is checked (RFC 7515 section 4.1).
struct Header {
  std::optional<std::string> algorithm_name;
  std::optional<Algorithm> algorithm;
  std::optional<std::string> key_id;
  std::optional<std::string> type;
  std::optional<std::string> content_type;
};

/// Reads the header and refuses what RFC 7515 section 4 forbids: members of a wrong type, `crit` that is malformed or names an extension
/// that davit does not know (it knows none but b64, RFC 7797, and that only as true), alg none. Keys in the header (jku, jwk, x5u, x5c) are
/// never used. `text` must outlive `object`, which is where its members are left.
Header read_header(std::string_view text, ScannedObject& object, Findings& findings);

}  // namespace davit::aws::jose
