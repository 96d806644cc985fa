// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace davit::commands::workflow::smoke {

/// Any bytes as text of an XML or HTML document: markup escaped, and what XML 1.0 (section 2.2) has no place for, or is no UTF-8, replaced
/// by U+FFFD.
std::string escape_text(std::string_view bytes);

/// The same for the value of an attribute, where a reader would make spaces of line breaks and tabs (section 3.3.3).
std::string escape_attribute(std::string_view bytes);

}  // namespace davit::commands::workflow::smoke
