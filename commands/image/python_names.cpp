// SPDX-License-Identifier: Apache-2.0
#include "commands/image/python_names.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <vector>

namespace davit::commands::image {
namespace {

/// A logical line: its indentation, and its words and signs, without strings and comments.
struct LogicalLine {
  std::size_t indentation = 0;
  std::vector<std::string> tokens;
};

bool starts_name(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c)
{
  return starts_name(c) || (c >= '0' && c <= '9');
}

bool is_name(const std::string& token)
{
  return !token.empty() && starts_name(token.front());
}

class Tokenizer
{
public:
  explicit Tokenizer(std::string_view source) : m_rest(source) {}

  /// Nothing at the end.
  std::optional<LogicalLine> next()
  {
    while (!m_rest.empty()) {
      m_indentation = m_starts_line ? take_indentation() : m_indentation;
      LogicalLine line{.indentation = m_indentation, .tokens = {}};
      take_line(line);
      if (!line.tokens.empty()) {
        return line;
      }
    }
    return std::nullopt;
  }

private:
  std::size_t take_indentation()
  {
    std::size_t width = 0;
    while (!m_rest.empty() && (m_rest.front() == ' ' || m_rest.front() == '\t' || m_rest.front() == '\f')) {
      width += m_rest.front() == '\t' ? 8 - width % 8 : 1;
      m_rest.remove_prefix(1);
    }
    return width;
  }

  /// Up to the end of a line that no bracket and no backslash continues. A semicolon ends one as well.
  void take_line(LogicalLine& line)
  {
    std::size_t depth = 0;
    while (!m_rest.empty()) {
      const char c = m_rest.front();
      if (c == '\n' && depth == 0) {
        m_rest.remove_prefix(1);
        m_starts_line = true;
        return;
      }
      if (c == ';' && depth == 0) {
        m_rest.remove_prefix(1);
        m_starts_line = false;
        return;
      }
      depth += c == '(' || c == '[' || c == '{' ? 1 : 0;
      depth -= depth > 0 && (c == ')' || c == ']' || c == '}') ? 1 : 0;
      take_token(line);
    }
  }

  void take_token(LogicalLine& line)
  {
    const char c = m_rest.front();
    if (c == '#') {
      m_rest.remove_prefix(std::min(m_rest.find('\n'), m_rest.size()));
    } else if (c == '\\' || c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\n') {
      m_rest.remove_prefix(c == '\\' ? std::min<std::size_t>(2 + (m_rest.substr(1).starts_with("\r\n") ? 1 : 0), m_rest.size()) : 1);
    } else if (c == '"' || c == '\'') {
      skip_string();
      line.tokens.emplace_back("\"");
    } else if (starts_name(c)) {
      take_word(line);
    } else {
      take_sign(line);
    }
  }

  void take_word(LogicalLine& line)
  {
    std::size_t end = 0;
    while (end < m_rest.size() && continues_name(m_rest[end])) {
      ++end;
    }
    const std::string word(m_rest.substr(0, end));
    m_rest.remove_prefix(end);
    // A prefix such as r or rb makes the backslash a letter, which still does not end the string before a quote.
    const bool is_prefix = word.size() <= 2 && word.find_first_not_of("rRbBuUfFtT") == std::string::npos;
    if (is_prefix && !m_rest.empty() && (m_rest.front() == '"' || m_rest.front() == '\'')) {
      skip_string();
      line.tokens.emplace_back("\"");
      return;
    }
    line.tokens.push_back(word);
  }

  /// Past a string. One that is not closed ends with the line, or with the file when it has three quotes.
  void skip_string()
  {
    const char quote = m_rest.front();
    const std::string three(3, quote);
    const bool is_long = m_rest.starts_with(three);
    m_rest.remove_prefix(is_long ? 3 : 1);
    while (!m_rest.empty()) {
      if (m_rest.front() == '\\') {
        m_rest.remove_prefix(std::min<std::size_t>(2, m_rest.size()));
      } else if (is_long ? m_rest.starts_with(three) : m_rest.front() == quote) {
        m_rest.remove_prefix(is_long ? 3 : 1);
        return;
      } else if (!is_long && m_rest.front() == '\n') {
        return;
      } else {
        m_rest.remove_prefix(1);
      }
    }
  }

  void take_sign(LogicalLine& line)
  {
    constexpr std::array<std::string_view, 6> k_pairs{"==", "!=", "<=", ">=", ":=", "->"};
    const auto pair = std::find_if(k_pairs.begin(), k_pairs.end(), [&](std::string_view sign) { return m_rest.starts_with(sign); });
    const std::size_t size = pair == k_pairs.end() ? 1 : 2;
    line.tokens.emplace_back(m_rest.substr(0, size));
    m_rest.remove_prefix(size);
  }

  std::string_view m_rest;
  bool m_starts_line = true;
  std::size_t m_indentation = 0;
};

bool contains(const std::vector<std::string>& tokens, std::string_view token)
{
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

void add_names(std::vector<std::string>::const_iterator first, std::vector<std::string>::const_iterator last, ModuleNames& out)
{
  std::copy_if(first, last, std::inserter(out.names, out.names.end()), is_name);
}

/// The word of a statement, past `async` and a decorator's sign.
std::size_t keyword_at(const std::vector<std::string>& tokens)
{
  return tokens.size() > 1 && tokens.front() == "async" ? 1 : 0;
}

bool opens_scope(const std::vector<std::string>& tokens)
{
  const std::string& word = tokens[keyword_at(tokens)];
  return word == "def" || word == "class";
}

/// The part of a line that a colon separates from a statement on the same line: "if x: y = 1".
std::vector<std::string> body_of(const std::vector<std::string>& tokens)
{
  std::size_t depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    depth += tokens[i] == "(" || tokens[i] == "[" || tokens[i] == "{" ? 1 : 0;
    depth -= depth > 0 && (tokens[i] == ")" || tokens[i] == "]" || tokens[i] == "}") ? 1 : 0;
    if (depth == 0 && tokens[i] == ":") {
      return {tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1, tokens.end()};
    }
  }
  return {};
}

bool opens_block(const std::string& word)
{
  constexpr std::array<std::string_view, 11> k_words{"if",   "elif", "else",  "try",   "except", "finally",
                                                     "with", "for",  "while", "match", "case"};
  return std::find(k_words.begin(), k_words.end(), word) != k_words.end();
}

void add_statement(const std::vector<std::string>& tokens, ModuleNames& out)
{
  if (tokens.empty()) {
    return;
  }
  const std::size_t at = keyword_at(tokens);
  const std::string& word = tokens[at];
  if (word == "def" || word == "class") {
    if (at + 1 < tokens.size()) {
      out.names.insert(tokens[at + 1]);
      out.is_open = out.is_open || tokens[at + 1] == "__getattr__";
    }
    return;
  }
  if (word == "import" || word == "from") {
    add_names(tokens.begin() + 1, tokens.end(), out);
    out.is_open = out.is_open || contains(tokens, "*");
    return;
  }
  if (opens_block(word)) {
    // Names after `for`, `as`, `case` and before `:=` are among them; so are more, which does no harm.
    add_names(tokens.begin() + 1, tokens.end(), out);
    add_statement(body_of(tokens), out);
    return;
  }
  const auto assigned = std::find(tokens.rbegin(), tokens.rend(), "=").base();
  const auto named = std::find(tokens.rbegin(), tokens.rend(), ":=").base();
  add_names(tokens.begin(), std::max(assigned, named), out);
}

}  // namespace

ModuleNames module_names(std::string_view source)
{
  if (source.starts_with("\xEF\xBB\xBF")) {
    source.remove_prefix(3);
  }
  ModuleNames out;
  Tokenizer tokenizer(source);
  std::optional<std::size_t> scope;  // the indentation of the function or class whose body is passed over
  while (const auto line = tokenizer.next()) {
    for (const char* word : {"globals", "exec", "setattr", "vars", "modules"}) {
      out.is_open = out.is_open || contains(line->tokens, word);
    }
    // A function that says `global` may give module names their values.
    if (line->tokens.front() == "global") {
      add_names(line->tokens.begin() + 1, line->tokens.end(), out);
    }
    if (scope && line->indentation > *scope) {
      continue;
    }
    scope = opens_scope(line->tokens) ? std::optional(line->indentation) : std::nullopt;
    add_statement(line->tokens, out);
  }
  return out;
}

}  // namespace davit::commands::image
