// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "aws/core/time.hpp"
#include "aws/jose/verifier.hpp"

namespace davit::commands::jwt {

/// How standard input holds many tokens.
enum class BatchForm {
  tokens,  ///< one a line, taken exactly as it stands
  jsonl,   ///< {"id": ..., "token": "..."} a line; lines of white space are passed over
};

struct BatchCount {
  std::size_t tokens = 0;     ///< answers
  std::size_t invalid = 0;    ///< of them
  std::size_t malformed = 0;  ///< of those: lines that are no {"id", "token"} at all
};

struct Batch {
  std::shared_ptr<const aws::jose::KeySet> keys;
  aws::jose::VerifyRules rules;
  BatchForm form = BatchForm::tokens;
  std::optional<TimePoint> at;  ///< the time of every check; the clock's when absent
};

/// Receives answers, whole lines of JSON each, in the order of the tokens.
using AnswerSink = std::function<Status(std::string_view lines)>;

/// Verifies everything that `fd` holds, on every processor, in memory that does not grow with the number of tokens. An answer is written as
/// soon as the tokens that can be read without waiting are done. Usage error when the keys cannot be used, before anything is read.
Result<BatchCount> verify_batch(const Batch& batch, int fd, const AnswerSink& sink);

}  // namespace davit::commands::jwt
