// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/App.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/spelling.hpp"

namespace davit::cli {

/// What describes such a validator, before its words: documentation and completions read them back.
inline constexpr std::string_view k_one_of = "one of ";

/// Accepts one of the words; a mistyped one is answered with the nearest.
inline CLI::Validator one_of(std::vector<std::string> words)
{
  return CLI::Validator(
      [words](const std::string& typed) -> std::string {
        if (std::find(words.begin(), words.end(), typed) != words.end()) {
          return {};
        }
        const auto suggestion = nearest(typed, words);
        return fmt::format("'{}' is none of {}{}", typed, fmt::join(words, ", "),
                           suggestion ? fmt::format("; did you mean '{}'?", *suggestion) : "");
      },
      fmt::format("{}{}", k_one_of, fmt::join(words, "|")));
}

}  // namespace davit::cli
