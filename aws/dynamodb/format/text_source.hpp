// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/gzip_reader.hpp"
#include "aws/core/result.hpp"
#include "aws/core/unnamed_file.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/dynamodb/format/problem.hpp"

namespace davit::aws::dynamodb::format {

/// Text read from the start to its end, a byte or a line at a time, in little memory whatever its length. Knows the place of the next byte.
/// A UTF-8 byte order mark at the start is passed over, and what gzip compressed is inflated, whatever its name.
class TextSource
{
public:
  static constexpr int k_end = -1;

  /// Whether content_digest() will be asked for.
  enum class Digest { no, yes };

  /// Not found, not readable, a folder and damaged gzip data are usage errors; damage may be met later, and is then in status().
  static Result<TextSource> open(const std::filesystem::path& path, Digest digest = Digest::no);

  /// What was kept in a temporary file; `name` is what it is called.
  static Result<TextSource> open(std::shared_ptr<const UnnamedFile> file, std::string name, Digest digest = Digest::no);

  /// `name` stands for the file's name.
  static TextSource of_text(std::string text, std::string name);

  /// The next byte, or k_end.
  int peek()
  {
    if (m_next == m_buffer.size() && !refill()) {
      return k_end;
    }
    const char c = m_buffer[m_next];
    return m_stops_at_line_end && c == '\n' ? k_end : static_cast<unsigned char>(c);
  }

  /// Passes over the byte that peek() showed.
  void advance()
  {
    const auto c = static_cast<unsigned char>(m_buffer[m_next++]);
    if (c == '\n') {
      ++m_place.line;
      m_place.column = 1;
    } else if ((c & 0xC0) != 0x80) {  // a continuation byte of UTF-8 belongs to the column of its first byte
      ++m_place.column;
    }
    ++m_consumed;
  }

  /// While set, the end of a line looks like the end of the text.
  void stop_at_line_end(bool stop) { m_stops_at_line_end = stop; }
  [[nodiscard]] bool stops_at_line_end() const { return m_stops_at_line_end; }

  /// Passes over the rest of the line and its end.
  void skip_line();

  /// The line at whose first byte the reader stands, without its end. Empty where the line is, where the reader stands elsewhere, and where
  /// the line is too long to be at hand.
  std::string_view whole_line();

  /// Passes over what whole_line() gave, and the line's end.
  void pass_line(std::string_view line);

  [[nodiscard]] Place place() const { return m_place; }
  [[nodiscard]] std::uint64_t consumed() const { return m_consumed; }
  [[nodiscard]] const std::string& name() const { return m_name; }

  /// What lies before the reader without reading further: at the start, the first 64 KiB of the text.
  [[nodiscard]] std::string_view buffered() const { return std::string_view(m_buffer).substr(m_next); }

  /// Whether buffered() is all that is left.
  [[nodiscard]] bool is_last() const { return m_at_end; }

  /// The SHA-256 of all that was read, in hexadecimal digits; to be asked for once, at the end.
  [[nodiscard]] std::string content_digest();

  /// A read error met on the way; the text then seems to end where it happened.
  [[nodiscard]] const Status& status() const { return m_status; }

private:
  TextSource(ReadBytes read, std::string name) : m_read(std::move(read)), m_name(std::move(name)) {}

  static Result<TextSource> start(ReadBytes read, std::string name, Digest digest);
  bool refill();
  void fill();
  void inflate();
  void skip_byte_order_mark();

  ReadBytes m_read;  ///< none for a text in memory
  std::string m_name;
  std::string m_buffer;
  std::size_t m_next = 0;
  std::uint64_t m_consumed = 0;
  Place m_place{1, 1};
  bool m_stops_at_line_end = false;
  bool m_at_end = false;
  Status m_status;
  std::optional<crypto::Sha256> m_digest;
};

}  // namespace davit::aws::dynamodb::format
