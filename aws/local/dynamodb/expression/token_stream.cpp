// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/expression/token_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace davit::aws::local::dynamodb {
namespace {

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (expression length)
constexpr std::size_t k_max_expression_size = 4096;
constexpr std::uint64_t k_max_list_index = 0x7FFFFFFF;

}  // namespace

std::string to_string(const Path& path)
{
  std::string out = "[";
  for (const auto& element : path) {
    out += out.size() == 1 ? "" : ", ";
    if (const auto* name = std::get_if<std::string>(&element)) {
      out += *name;
    } else {
      out += fmt::format("[{}]", std::get<std::uint64_t>(element));
    }
  }
  return out + "]";
}

const Token& TokenStream::peek(std::size_t ahead) const
{
  return m_tokens[std::min(m_position + ahead, m_tokens.size() - 1)];
}

bool TokenStream::at_symbol(std::string_view symbol) const
{
  return peek().kind == Token::Kind::symbol && peek().text == symbol;
}

bool TokenStream::at_word() const
{
  return peek().kind == Token::Kind::word &&
         std::none_of(m_keywords.begin(), m_keywords.end(), [this](std::string_view keyword) { return at_keyword(keyword); });
}

bool TokenStream::skip_symbol(std::string_view symbol)
{
  const bool there = at_symbol(symbol);
  m_position += there ? 1 : 0;
  return there;
}

bool TokenStream::skip_keyword(std::string_view upper_case)
{
  const bool there = at_keyword(upper_case);
  m_position += there ? 1 : 0;
  return there;
}

tl::unexpected<std::string> TokenStream::syntax_error() const
{
  // From the token before to the one behind, with the spaces that were written.
  const Token& last = peek(1);
  const Token& first = m_tokens[m_position == 0 ? 0 : m_position - 1];
  const char* end = at_end() ? m_text.data() + m_text.size() : last.text.data() + last.text.size();
  if (last.kind == Token::Kind::end && !at_end()) {
    end = peek().text.data() + peek().text.size();
  }
  const auto start = static_cast<std::size_t>(first.text.data() - m_text.data());
  const std::string_view near = m_text.substr(start, static_cast<std::size_t>(end - first.text.data()));
  return tl::unexpected(fmt::format("Syntax error; token: \"{}\", near: \"{}\"", at_end() ? "<EOF>" : peek().text, near));
}

Parsed<Path> TokenStream::path()
{
  const auto at_name = [this] { return at_word() || peek().kind == Token::Kind::name; };
  if (!at_name()) {
    return syntax_error();
  }
  Path path{std::string(take().text)};
  while (at_symbol(".") || at_symbol("[")) {
    if (skip_symbol(".")) {
      if (!at_name()) {
        return syntax_error();
      }
      path.emplace_back(std::string(take().text));
      continue;
    }
    take();
    std::uint64_t index = 0;
    const std::string_view digits = peek().text;
    if (peek().kind != Token::Kind::number) {
      return syntax_error();
    }
    if (std::from_chars(digits.data(), digits.data() + digits.size(), index).ec != std::errc() || index > k_max_list_index) {
      return tl::unexpected(fmt::format("List index is not within the allowable range; index: [{}]", digits));
    }
    take();
    if (!skip_symbol("]")) {
      return syntax_error();
    }
    path.emplace_back(index);
  }
  return path;
}

tl::unexpected<std::string> too_many_operators()
{
  return tl::unexpected(fmt::format("The expression contains too many operators; operator count: {}", k_max_operators + 1));
}

Parsed<void> check_length(std::string_view text, TellSize tell)
{
  if (text.empty()) {
    return tl::unexpected(std::string("The expression can not be empty;"));
  }
  if (text.size() > k_max_expression_size) {
    return tl::unexpected("Expression size has exceeded the maximum allowed size;" +
                          (tell == TellSize::yes ? fmt::format(" expression size: {}", text.size()) : ""));
  }
  return {};
}

}  // namespace davit::aws::local::dynamodb
