// SPDX-License-Identifier: Apache-2.0
#include "aws/core/error.hpp"

namespace davit {

Error Error::wrap(std::string_view doing) &&
{
  message = std::string(doing) + ": " + message;
  return std::move(*this);
}

Error Error::with_hint(std::string text) &&
{
  hint = std::move(text);
  return std::move(*this);
}

Error usage_error(std::string message, std::string hint)
{
  return {.kind = ErrorKind::usage, .message = std::move(message), .hint = std::move(hint)};
}

Error not_found_error(std::string message, std::string hint)
{
  return {.kind = ErrorKind::not_found, .message = std::move(message), .hint = std::move(hint)};
}

Error failed_error(std::string message, std::string hint)
{
  return {.kind = ErrorKind::failed, .message = std::move(message), .hint = std::move(hint)};
}

}  // namespace davit
