// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace davit::commands::workflow::smoke {

/// The format of suites for `davit smoke --help` and the manual: everything that one needs to write one. Lines that begin with a space are
/// shown as they are.
extern const char* const k_suite_format;

}  // namespace davit::commands::workflow::smoke
