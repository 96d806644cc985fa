// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "cli/term/streams.hpp"

namespace davit::cli {

/// Where --debug writes: a line on stderr for each call, at once, with the time of day in UTC to the millisecond. A text of several lines
/// keeps them, indented below the first. Control characters of what a server sent are shown, not obeyed. Takes `streams` by reference.
std::function<void(std::string_view line)> make_debug_log(Streams& streams);

}  // namespace davit::cli
