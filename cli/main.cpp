// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "cli/root.hpp"

int main(int argc, char** argv)
{
  const int code = davit::cli::run_davit(argc, argv);
#ifdef DAVIT_INSTRUMENTED
  return code;  // what instrumentation found is written by exit handlers
#else
  // Every stream is flushed by now. To take down libcrypto and what libcurl brought along costs a twentieth of a call, and frees nothing
  // that the kernel does not.
  std::_Exit(code);
#endif
}
