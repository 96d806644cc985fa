// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/core/error.hpp"
#include "cli/output/document.hpp"

namespace davit::cli {

enum class Color { no, yes };

/// For people: what failed first, the service's words next, each place with its line and a caret, the next step last.
std::string render_error(const Error& error, Color color);

/// For `-o json` and `-o jsonl`: one object on one line with the same parts, and the code that davit ends with.
std::string render_error_json(const Error& error, int exit_code);

}  // namespace davit::cli
