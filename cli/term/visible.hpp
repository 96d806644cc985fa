// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace davit::cli {

/// Text that came from a file or a server, safe to show: every character that a terminal would obey (C0 and C1 controls) and every one
/// that turns the direction of reading is written out, \x1b or \u202e. Tabs and line feeds stay.
std::string visible(std::string_view text);

/// The same with one character for each, so that columns stay what they are.
std::string visible_in_place(std::string_view text);

}  // namespace davit::cli
