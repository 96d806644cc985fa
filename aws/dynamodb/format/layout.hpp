// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace davit::aws::dynamodb::format {

/// How the items of a text are arranged.
enum class Layout {
  lines,        ///< an object a line
  document,     ///< one JSON array, or objects one after the other over any number of lines
  scan_output,  ///< what `aws dynamodb scan` and `query` print: {"Items": [...], "Count": ...}
  csv,
};

/// Recognises the layout by the text's start and, where that fits several, by the file's name. `is_whole`: there is no more text.
Layout detect_layout(std::string_view start, bool is_whole, std::string_view file_name);

/// The members that stand beside "Items" in the output of a scan or query.
bool belongs_to_scan_output(std::string_view member);

}  // namespace davit::aws::dynamodb::format
