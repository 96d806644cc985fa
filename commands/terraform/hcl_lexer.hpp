// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

/// The words of Terraform's configuration language, as far as finding and reading its `variable` blocks needs them:
/// https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
namespace davit::commands::terraform {

struct Token {
  enum class Kind { identifier, number, text, heredoc, punctuation, newline, end };
  Kind kind = Kind::end;
  std::string text;          ///< a text's characters, escapes resolved; else as written
  bool is_template = false;  ///< a text with ${...} or %{...}, whose value only Terraform knows
  std::size_t offset = 0;    ///< of its first byte
};

/// A file of configuration and its words.
struct TokenizedFile {
  std::string name;
  std::string source;
  std::vector<Token> tokens;  ///< ends in one of Kind::end

  /// A problem at that byte, with line, column and the line's text.
  [[nodiscard]] Diagnostic diagnostic(std::size_t offset, std::string message, std::string hint = {}) const;
};

/// Comments are left out; brackets within templates and heredocs are not seen as brackets. Usage error, with its place, for a text, a
/// template, a comment or a heredoc that never ends, and for bytes that start no word.
Result<TokenizedFile> tokenize(std::string source, std::string name);

}  // namespace davit::commands::terraform
