// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace davit::aws::local::dynamodb::partiql {

/// Where something stands in a statement, counted from 1 in characters, as the service's messages tell it.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t length = 0;
};

/// " at 1:8:3"
std::string at(const Place& place);

struct StatementToken {
  enum class Kind {
    word,       ///< a name without quotation marks, or a keyword
    quoted,     ///< "name"
    string,     ///< 'text'
    number,     ///< digits, point and exponent, without a sign
    parameter,  ///< ?
    ion,        ///< `...`
    symbol,     ///< punctuation or operator
    end,        ///< also a semicolon
  };
  Kind kind = Kind::end;
  std::string text;  ///< without its quotation marks, and with their doubles undone; as written otherwise
  Place place;
};

/// The error is the service's text behind "Statement wasn't well formed, can't be processed: ".
template <typename T>
using Read = tl::expected<T, std::string>;

inline tl::unexpected<std::string> malformed(std::string_view detail)
{
  return tl::unexpected(std::string(detail));
}

/// The tokens of a statement, the last of kind end; whitespace and comments are passed over.
Read<std::vector<StatementToken>> tokenize_statement(std::string_view statement);

/// Whether the word is one of PartiQL's keywords, in any case; an attribute of that name stands in quotation marks
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html).
bool is_statement_keyword(std::string_view word);

std::string lower_case(std::string_view text);

/// The same word, in any case.
bool is_same_word(std::string_view word, std::string_view upper_case);

}  // namespace davit::aws::local::dynamodb::partiql
