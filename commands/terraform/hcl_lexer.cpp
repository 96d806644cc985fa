// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/hcl_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::commands::terraform {
namespace {

bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/// Thrown within this file: where a word that never ends began.
struct Unfinished {
  std::size_t offset;
  std::string what;
};

class Lexer
{
public:
  explicit Lexer(std::string_view source) : m_source(source) {}

  std::vector<Token> run()
  {
    while (skip_blanks_and_comments()) {
      m_tokens.push_back(next());
    }
    m_tokens.push_back({.kind = Token::Kind::end, .text = {}, .offset = m_source.size()});
    return std::move(m_tokens);
  }

private:
  [[nodiscard]] std::string_view rest() const { return m_source.substr(m_at); }
  [[nodiscard]] bool at(std::string_view prefix) const { return rest().starts_with(prefix); }

  /// False at the end of the file.
  bool skip_blanks_and_comments()
  {
    while (m_at < m_source.size()) {
      if (m_source[m_at] == ' ' || m_source[m_at] == '\t' || m_source[m_at] == '\r') {
        ++m_at;
      } else if (at("#") || at("//")) {
        m_at = std::min(m_source.find('\n', m_at), m_source.size());
      } else if (at("/*")) {
        const std::size_t end = m_source.find("*/", m_at + 2);
        if (end == std::string_view::npos) {
          throw Unfinished{m_at, "the comment that starts here never ends"};
        }
        m_at = end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  Token next()
  {
    const std::size_t start = m_at;
    const char c = m_source[m_at];
    if (c == '\n') {
      ++m_at;
      return {.kind = Token::Kind::newline, .text = "\n", .offset = start};
    }
    if (c == '"') {
      return text();
    }
    if (at("<<") && is_heredoc()) {
      return heredoc();
    }
    if (is_letter(c)) {
      return word(Token::Kind::identifier, [](char d) { return is_letter(d) || is_digit(d) || d == '-'; });
    }
    if (is_digit(c)) {
      return word(Token::Kind::number, [](char d) { return is_digit(d) || d == '.' || d == 'e' || d == 'E'; });
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      throw Unfinished{m_at, fmt::format("the control character 0x{:02X} is not allowed", static_cast<unsigned char>(c))};
    }
    ++m_at;
    return {.kind = Token::Kind::punctuation, .text = std::string(1, c), .offset = start};
  }

  template <typename Belongs>
  Token word(Token::Kind kind, Belongs belongs)
  {
    const std::size_t start = m_at;
    while (m_at < m_source.size() && belongs(m_source[m_at])) {
      ++m_at;
    }
    return {.kind = kind, .text = std::string(m_source.substr(start, m_at - start)), .offset = start};
  }

  /// From the opening quote to the closing one, templates included.
  Token text()
  {
    Token token{.kind = Token::Kind::text, .text = {}, .offset = m_at};
    ++m_at;
    while (!at("\"")) {
      if (m_at >= m_source.size() || m_source[m_at] == '\n') {
        throw Unfinished{token.offset, "the text in quotes that starts here never ends"};
      }
      if (at("$${") || at("%%{")) {
        token.text += m_source.substr(m_at + 1, 2);
        m_at += 3;
      } else if (at("${") || at("%{")) {
        token.is_template = true;
        skip_template();
      } else if (at("\\")) {
        token.text += escape(token.offset);
      } else {
        token.text += m_source[m_at++];
      }
    }
    ++m_at;
    return token;
  }

  std::string escape(std::size_t text_offset)
  {
    const char letter = m_at + 1 < m_source.size() ? m_source[m_at + 1] : '\0';
    constexpr std::string_view k_letters = "nrt\"\\";
    const std::size_t simple = k_letters.find(letter);
    if (letter != '\0' && simple != std::string_view::npos) {
      m_at += 2;
      return std::string(1, "\n\r\t\"\\"[simple]);
    }
    const std::size_t digits = letter == 'u' ? 4 : (letter == 'U' ? 8 : 0);
    const std::string_view hex = m_source.substr(std::min(m_at + 2, m_source.size()), digits);
    if (digits == 0 || hex.size() != digits || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      throw Unfinished{std::max(m_at, text_offset), fmt::format("`\\{}` is no escape", letter)};
    }
    m_at += 2 + digits;
    return utf8_of(std::stoul(std::string(hex), nullptr, 16));
  }

  static std::string utf8_of(unsigned long code)
  {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
      return {static_cast<char>(code)};
    }
    if (code < 0x800) {
      return {static_cast<char>(0xC0 | (code >> 6)), tail(0)};
    }
    if (code < 0x10000) {
      return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
    }
    return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
  }

  /// `${ ... }`, in which braces nest and texts may hold templates again.
  void skip_template()
  {
    const std::size_t start = m_at;
    m_at += 2;
    for (int depth = 1; depth > 0;) {
      if (!skip_blanks_and_comments()) {
        throw Unfinished{start, "the template that starts here never ends"};
      }
      const Token token = next();
      depth += token.text == "{" && token.kind == Token::Kind::punctuation ? 1 : 0;
      depth -= token.text == "}" && token.kind == Token::Kind::punctuation ? 1 : 0;
    }
  }

  [[nodiscard]] bool is_heredoc() const
  {
    const std::size_t name = m_at + (at("<<-") ? 3 : 2);
    return name < m_source.size() && is_letter(m_source[name]);
  }

  /// To the line that holds nothing but the marker.
  Token heredoc()
  {
    const std::size_t start = m_at;
    m_at += at("<<-") ? 3 : 2;
    const std::size_t line_end = std::min(m_source.find('\n', m_at), m_source.size());
    const std::string marker = trimmed(m_source.substr(m_at, line_end - m_at));
    for (std::size_t line = line_end + 1; line < m_source.size();) {
      const std::size_t end = std::min(m_source.find('\n', line), m_source.size());
      if (trimmed(m_source.substr(line, end - line)) == marker) {
        m_at = end;
        return {.kind = Token::Kind::heredoc, .text = {}, .is_template = true, .offset = start};
      }
      line = end + 1;
    }
    throw Unfinished{start, fmt::format("the heredoc that starts here never ends: there is no line `{}`", marker)};
  }

  static std::string trimmed(std::string_view text)
  {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos ? "" : std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
  }

  std::string_view m_source;
  std::size_t m_at = 0;
  std::vector<Token> m_tokens;
};

}  // namespace

Diagnostic TokenizedFile::diagnostic(std::size_t offset, std::string message, std::string hint) const
{
  const std::size_t start = offset == 0 ? 0 : source.rfind('\n', offset - 1) + 1;
  const std::size_t end = std::min(source.find('\n', start), source.size());
  const auto is_character = [](char c) { return (c & 0xC0) != 0x80; };
  const auto begin = source.begin();
  const auto position = [&](std::size_t at) { return begin + static_cast<std::ptrdiff_t>(at); };
  return {.file = name,
          .line = static_cast<int>(std::count(begin, position(offset), '\n')) + 1,
          .column = static_cast<int>(std::count_if(position(start), position(offset), is_character)) + 1,
          .message = std::move(message),
          .source = source.substr(start, end - start),
          .hint = std::move(hint)};
}

Result<TokenizedFile> tokenize(std::string source, std::string name)
{
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  TokenizedFile file{.name = std::move(name), .source = std::move(source), .tokens = {}};
  if (file.source.starts_with(k_byte_order_mark)) {
    file.source.erase(0, k_byte_order_mark.size());
  }
  try {
    file.tokens = Lexer(file.source).run();
  } catch (const Unfinished& unfinished) {
    Error error = usage_error(fmt::format("{} is no Terraform configuration", file.name), "`terraform validate` says more");
    error.diagnostics.push_back(file.diagnostic(unfinished.offset, unfinished.what));
    return fail(std::move(error));
  }
  return file;
}

}  // namespace davit::commands::terraform
