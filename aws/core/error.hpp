// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace davit {

/// What went wrong, as far as a caller can act on it. Each kind has one exit code (cli/output/exit_code.hpp).
enum class ErrorKind {
  failed,       ///< the operation failed: a function error, a rejected item, an error of the service that fits no other kind
  usage,        ///< wrong command line or configuration; nothing was sent
  not_found,    ///< the named thing does not exist
  credentials,  ///< credentials are missing, expired or denied
  conflict,     ///< it exists already, or changed meanwhile
  unavailable,  ///< time-out, throttling or network: trying again may help
  differences,  ///< differences were found and the caller asked to be told by the exit code
  cancelled,    ///< the user interrupted
  bug,          ///< an impossible state: a defect of davit
};

/// A failed call as the service described it.
struct ServiceError {
  std::string operation;
  std::string code;
  int http_status = 0;
  std::string request_id;
  bool retryable = false;
};

/// A place in a file, one problem at it. Lines and columns count from 1; 0 means unknown.
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;
  std::string source;  ///< the line's text, for the caret; may be empty
  int width = 1;       ///< how many columns the caret underlines
  std::string hint;    ///< for example: did you mean "memory_mb"?
};

/// An expected failure: most important words first, the next step last.
struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string message;
  std::string hint = {};
  std::optional<ServiceError> service = std::nullopt;
  std::vector<Diagnostic> diagnostics = {};

  /// Puts what was being done before the message: "seeding table 'products': ...".
  Error wrap(std::string_view doing) &&;
  Error with_hint(std::string text) &&;
};

Error usage_error(std::string message, std::string hint = {});
Error not_found_error(std::string message, std::string hint = {});
Error failed_error(std::string message, std::string hint = {});

}  // namespace davit
