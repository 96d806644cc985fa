// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace davit::aws::local::dynamodb {

struct Token {
  enum class Kind {
    word,    ///< keyword, function or attribute name
    name,    ///< #name
    value,   ///< :value
    number,  ///< digits
    symbol,  ///< punctuation or operator
    unknown,
    end,
  };
  Kind kind = Kind::end;
  std::string_view text;
};

/// The tokens of an expression, the last of kind end. Their texts are views into `expression`.
std::vector<Token> tokenize(std::string_view expression);

/// Case is ignored, as in the service's keywords.
bool is_keyword(const Token& token, std::string_view upper_case);

}  // namespace davit::aws::local::dynamodb
