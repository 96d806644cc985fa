// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace davit::aws::jose {

enum class JsonKind { null, boolean, number, string, array, object };

/// A value where it stands in a text that has been scanned (json_scanner.hpp), white space around it left out.
struct JsonSlice {
  JsonKind kind = JsonKind::null;
  std::string_view text;
};

/// The UTF-16 code unit that four hexadecimal digits write; nothing when they are something else.
std::optional<unsigned> utf16_unit(std::string_view digits);

/// What stands between the quotes of a scanned string, escapes resolved.
std::string unescape_json(std::string_view raw);

/// The text of a string, escapes resolved.
std::string string_value(const JsonSlice& slice);

/// A number as a double; nothing when it is too large for one.
std::optional<double> number_value(const JsonSlice& slice);

std::vector<JsonSlice> elements_of(const JsonSlice& array);

/// The same JSON without the white space between its tokens.
std::string without_white_space(std::string_view json);

}  // namespace davit::aws::jose
