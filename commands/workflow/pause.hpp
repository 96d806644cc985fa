// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace davit::commands::workflow {

/// Waits; false as soon as a signal asks to stop.
bool pause(std::chrono::milliseconds duration);

}  // namespace davit::commands::workflow
