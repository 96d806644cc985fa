// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/pause.hpp"

#include <algorithm>
#include <thread>

#include "aws/core/interrupt.hpp"

namespace davit::commands::workflow {

bool pause(std::chrono::milliseconds duration)
{
  using Steady = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds k_nap{50};
  const auto end = Steady::now() + duration;
  for (auto now = Steady::now(); stop_requested() == 0 && now < end; now = Steady::now()) {
    std::this_thread::sleep_for(std::min<Steady::duration>(k_nap, end - now));
  }
  return stop_requested() == 0;
}

}  // namespace davit::commands::workflow
