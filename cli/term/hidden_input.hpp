// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "cli/term/streams.hpp"

namespace davit::cli {

/// Asks on the terminal for one line that is not echoed: for secrets. Usage error where nobody can be asked; cancelled when nothing is
/// typed before the end of input.
Result<std::string> read_hidden(Streams& streams, std::string_view question);

}  // namespace davit::cli
