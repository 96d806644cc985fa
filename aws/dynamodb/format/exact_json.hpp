// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "aws/dynamodb/format/problem.hpp"
#include "aws/dynamodb/format/text_source.hpp"

namespace davit::aws::dynamodb::format {

struct JsonMember;

/// A JSON value as it was written: numbers with all their digits, members in their order, each with its place.
struct ExactJson {
  enum class Kind {
    null,
    boolean,
    number,
    string,
    array,
    object,
    too_deep,  ///< an array or object below more levels than any item has; its content was passed over
  };

  Kind kind = Kind::null;
  bool truth = false;               ///< of a boolean
  std::string text;                 ///< of a string, unescaped; of a number, as written
  std::vector<ExactJson> elements;  ///< of an array
  std::vector<JsonMember> members;  ///< of an object; a name may stand twice
  Place at;

  /// The only member of an object that has one; null otherwise.
  [[nodiscard]] const JsonMember* only_member() const;
};

struct JsonMember {
  std::string name;
  ExactJson value;
};

/// Reads one value (RFC 8259), white space before it included, and stops right behind it. Strings are well-formed UTF-8 afterwards.
tl::expected<ExactJson, Problem> read_json(TextSource& source);

void skip_white_space(TextSource& source);

/// The problem of finding the source's next byte where `expected` should stand.
Problem unexpected_byte(TextSource& source, std::string_view expected);

}  // namespace davit::aws::dynamodb::format
