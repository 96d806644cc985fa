// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/jose/claims.hpp"
#include "aws/jose/key_set.hpp"
#include "aws/jose/reason.hpp"

namespace davit::aws::jose {

/// What the payload of a token is to be.
enum class Payload {
  claims,  ///< a JWT (RFC 7519): a JSON object whose registered claims are checked
  bytes,   ///< any JWS (RFC 7515)
};

struct VerifyRules {
  Payload payload = Payload::claims;
  std::vector<Algorithm> algorithms;  ///< the only ones accepted; empty means those of the keys (their `alg`, else their type)
  std::optional<std::string> type;    ///< typ, without "application/", letters of either case (RFC 7515 section 4.1.9)
  ClaimRules claims;
  Findings::Collect collect = Findings::Collect::first;
};

/// What a check came to. A token is valid when there is no reason against it.
struct Verdict {
  std::vector<Reason> reasons;
  std::optional<std::string> algorithm;  ///< as the header writes it
  std::optional<std::string> key_id;     ///< the header's, else that of the key which verified it
  std::string header;                    ///< decoded; empty when it is not base64url
  std::string payload;

  [[nodiscard]] bool valid() const { return reasons.empty(); }
};

/// Verifies tokens against keys and rules that stay the same. The algorithm is decided by the rules and the keys, and the header must agree
/// (RFC 8725 section 3.1); `kid` only chooses among the keys given. Keeps state between calls: one object a thread.
class Verifier
{
public:
  /// A usage error when no key is for any of the algorithms, or may verify at all.
  static Result<Verifier> make(std::shared_ptr<const KeySet> keys, VerifyRules rules);

  Verifier(Verifier&&) noexcept;
  Verifier& operator=(Verifier&&) noexcept;
  ~Verifier();

  [[nodiscard]] Verdict verify(std::string_view token, TimePoint now);

private:
  class State;
  explicit Verifier(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace davit::aws::jose
