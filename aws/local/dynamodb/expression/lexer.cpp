// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/expression/lexer.hpp"

#include <algorithm>
#include <array>

namespace davit::aws::local::dynamodb {
namespace {

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

template <typename Accept>
std::size_t span_of(std::string_view text, std::size_t from, Accept accept)
{
  while (from < text.size() && accept(text[from])) {
    ++from;
  }
  return from;
}

bool continues_word(char c)
{
  return is_letter(c) || is_digit(c) || c == '_';
}

std::size_t length_of_symbol(std::string_view rest)
{
  constexpr std::array<std::string_view, 3> k_pairs{"<=", ">=", "<>"};
  constexpr std::string_view k_singles = "()[],.=<>+-";
  const auto starts = [rest](std::string_view pair) { return rest.starts_with(pair); };
  if (std::any_of(k_pairs.begin(), k_pairs.end(), starts)) {
    return 2;
  }
  return k_singles.find(rest.front()) != std::string_view::npos ? 1 : 0;
}

/// Bytes of the UTF-8 character that begins there, so that an error never shows half of one.
std::size_t length_of_character(std::string_view rest)
{
  std::size_t length = 1;
  while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

Token next_token(std::string_view text, std::size_t start)
{
  const char first = text[start];
  const auto token = [&](Token::Kind kind, std::size_t end) { return Token{kind, text.substr(start, end - start)}; };
  if (is_letter(first)) {
    return token(Token::Kind::word, span_of(text, start, continues_word));
  }
  if (is_digit(first)) {
    return token(Token::Kind::number, first == '0' ? start + 1 : span_of(text, start, is_digit));
  }
  if ((first == '#' || first == ':') && start + 1 < text.size() && continues_word(text[start + 1])) {
    return token(first == '#' ? Token::Kind::name : Token::Kind::value, span_of(text, start + 1, continues_word));
  }
  if (const std::size_t length = length_of_symbol(text.substr(start)); length > 0) {
    return token(Token::Kind::symbol, start + length);
  }
  return token(Token::Kind::unknown, start + length_of_character(text.substr(start)));
}

}  // namespace

std::vector<Token> tokenize(std::string_view expression)
{
  std::vector<Token> tokens;
  std::size_t position = span_of(expression, 0, is_space);
  while (position < expression.size()) {
    tokens.push_back(next_token(expression, position));
    position = span_of(expression, position + tokens.back().text.size(), is_space);
  }
  tokens.push_back({Token::Kind::end, expression.substr(expression.size())});
  return tokens;
}

bool is_keyword(const Token& token, std::string_view upper_case)
{
  const auto same = [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b; };
  return token.kind == Token::Kind::word && token.text.size() == upper_case.size() &&
         std::equal(token.text.begin(), token.text.end(), upper_case.begin(), same);
}

}  // namespace davit::aws::local::dynamodb
