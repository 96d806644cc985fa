// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>

namespace davit::fuzz {

/// What must hold for every input. The fuzzer keeps the input that it does not hold for.
inline void require(bool holds, const char* property)
{
  if (!holds) {
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
  }
}

}  // namespace davit::fuzz
