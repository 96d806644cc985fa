// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/error.hpp"

namespace davit::cli {

/// The exit code of each kind of error. Part of davit's interface: see `davit help exit-codes`.
constexpr int exit_code_of(ErrorKind kind)
{
  switch (kind) {
    case ErrorKind::failed:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::not_found:
      return 3;
    case ErrorKind::credentials:
      return 4;
    case ErrorKind::conflict:
      return 5;
    case ErrorKind::unavailable:
      return 6;
    case ErrorKind::differences:
      return 8;
    case ErrorKind::cancelled:
      return 130;
    case ErrorKind::bug:
      return 70;
  }
  return 70;
}

}  // namespace davit::cli
