// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "aws/core/error.hpp"

namespace davit {

/// A value, or the error that explains why there is none.
template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

inline tl::unexpected<Error> fail(Error error)
{
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace davit

#define DAVIT_CONCAT_INNER(a, b) a##b
#define DAVIT_CONCAT(a, b) DAVIT_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define DAVIT_TRY(expression)                                      \
  do {                                                             \
    if (auto davit_try_result = (expression); !davit_try_result) { \
      return ::davit::fail(std::move(davit_try_result).error());   \
    }                                                              \
  } while (false)

/// Declares `target` with the value of `expression`, or returns its error from the enclosing function.
#define DAVIT_TRY_ASSIGN(target, expression) DAVIT_TRY_ASSIGN_IMPL(DAVIT_CONCAT(davit_result_, __LINE__), target, expression)
#define DAVIT_TRY_ASSIGN_IMPL(result, target, expression) \
  auto result = (expression);                             \
  if (!result) {                                          \
    return ::davit::fail(std::move(result).error());      \
  }                                                       \
  target = std::move(*result)
