// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace davit::cli {

/// Parses the command line, runs the command, prints its document and its error, and returns the exit code.
int run_davit(int argc, const char* const* argv);

}  // namespace davit::cli
