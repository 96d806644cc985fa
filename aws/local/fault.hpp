// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "aws/core/result.hpp"

namespace davit::aws::local {

/// An error as a service of AWS reports it to its caller; how it looks on the wire depends on the protocol (front/protocol.hpp).
struct Fault {
  std::string code;     ///< "ResourceNotFoundException"
  std::string message;  ///< AWS's own words where they are known
  int status = 400;
  std::string reason = {};  ///< Lambda's throttling says why: "ConcurrentInvocationLimitExceeded"
};

/// What an operation of a local service answers.
template <typename T>
using Answer = tl::expected<T, Fault>;

inline tl::unexpected<Fault> refuse(std::string code, std::string message, int status = 400)
{
  return tl::unexpected<Fault>({.code = std::move(code), .message = std::move(message), .status = status});
}

/// The local AWS itself failed, for example because the disk is full.
inline tl::unexpected<Fault> internal_fault(const Error& error)
{
  return tl::unexpected<Fault>({.code = "InternalServerError", .message = error.message, .status = 500});
}

}  // namespace davit::aws::local

/// Declares `target` with the value of `expression` (an Answer), or returns its fault from the enclosing function.
#define DAVIT_ANSWER_ASSIGN(target, expression) DAVIT_ANSWER_ASSIGN_IMPL(DAVIT_CONCAT(davit_answer_, __LINE__), target, expression)
#define DAVIT_ANSWER_ASSIGN_IMPL(answer, target, expression) \
  auto answer = (expression);                                \
  if (!answer) {                                             \
    return tl::unexpected(std::move(answer).error());        \
  }                                                          \
  target = std::move(*answer)

/// Declares `target` with the value of `expression` (a Result of the store), or returns its error as an internal fault.
#define DAVIT_STORED_ASSIGN(target, expression) DAVIT_STORED_ASSIGN_IMPL(DAVIT_CONCAT(davit_stored_, __LINE__), target, expression)
#define DAVIT_STORED_ASSIGN_IMPL(stored, target, expression)    \
  auto stored = (expression);                                   \
  if (!stored) {                                                \
    return ::davit::aws::local::internal_fault(stored.error()); \
  }                                                             \
  target = std::move(*stored)

/// Returns the error of `expression` (a Status of the store) from the enclosing function as an internal fault.
#define DAVIT_STORED(expression)                                               \
  do {                                                                         \
    if (auto davit_stored_status = (expression); !davit_stored_status) {       \
      return ::davit::aws::local::internal_fault(davit_stored_status.error()); \
    }                                                                          \
  } while (false)
