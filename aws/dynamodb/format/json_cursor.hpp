// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace davit::aws::dynamodb::format {

/// A string of JSON as it was written, without its quotes.
struct JsonString {
  std::string_view raw;
  bool has_escapes = false;
};

/// Goes over JSON (RFC 8259) that is expected to be well-formed: each function is true when it found what it looks for, and after a false
/// one the text is for a slower reader, which knows what is wrong with it.
class JsonCursor
{
public:
  explicit JsonCursor(std::string_view text) : m_at(text.data()), m_end(text.data() + text.size()) {}

  [[nodiscard]] const char* position() const { return m_at; }

  /// The next byte that is no white space, or 0 at the end.
  char peek()
  {
    while (m_at != m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\t' || *m_at == '\r')) {
      ++m_at;
    }
    return m_at == m_end ? '\0' : *m_at;
  }

  bool take(char wanted)
  {
    if (peek() != wanted) {
      return false;
    }
    ++m_at;
    return true;
  }

  /// A literal such as `true`.
  bool take(std::string_view word)
  {
    if (peek() != word.front() || static_cast<std::size_t>(m_end - m_at) < word.size() ||
        std::memcmp(m_at, word.data(), word.size()) != 0) {
      return false;
    }
    m_at += word.size();
    return true;
  }

  /// Well-formed UTF-8 without control characters; what escapes say is looked at by unescape().
  bool string(JsonString& out);

  /// Any value, well-formed or not as long as its strings and brackets end.
  bool skip();

private:
  /// The first byte from there on that is not plain ASCII inside of a string.
  [[nodiscard]] const char* end_of_plain(const char* from) const;

  const char* m_at;
  const char* m_end;
};

/// Appends what the string stands for. False for a wrong escape and half of a surrogate pair.
bool unescape(std::string_view raw, std::string& out);

}  // namespace davit::aws::dynamodb::format
