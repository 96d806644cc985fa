// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/csv.hpp"

#include <fmt/format.h>

#include <optional>

#include "aws/core/encoding.hpp"

namespace davit::aws::dynamodb::format {
namespace {

/// As much as one JSON item may take.
constexpr std::uint64_t k_max_record = 16 * 1024 * 1024;

bool ends_cell(int c)
{
  return c == ',' || c == '\n' || c == TextSource::k_end;
}

/// Reads one row; its functions leave the source behind what they read and note the first problem.
class RowScanner
{
public:
  explicit RowScanner(TextSource& source) : m_source(source), m_start(source.consumed()) {}

  tl::expected<CsvRow, Problem> row()
  {
    CsvRow out;
    out.at = m_source.place();
    bool more = true;
    while (more) {
      out.cells.push_back(cell());
      const int c = m_abandoned ? TextSource::k_end : m_source.peek();
      more = c == ',';
      if (c != TextSource::k_end) {
        m_source.advance();
      }
    }
    if (m_problem) {
      return tl::unexpected(std::move(*m_problem));
    }
    return out;
  }

private:
  CsvCell cell()
  {
    CsvCell out;
    out.at = m_source.place();
    if (m_source.peek() == '"') {
      out.quoted = true;
      quoted(out);
    } else {
      plain(out);
    }
    // A zero byte that nobody quoted tells a file that is no text at all.
    if (!m_problem && (!is_utf8(out.text) || (!out.quoted && out.text.find('\0') != std::string::npos))) {
      m_problem = Problem{Reason::utf8, "the cell holds bytes that are no text in UTF-8", out.at};
    }
    return out;
  }

  bool within_limit()
  {
    if (m_source.consumed() - m_start > k_max_record) {
      abandon({Reason::text_too_long, fmt::format("the record takes more than {} MiB of text", k_max_record >> 20), m_source.place()});
    }
    return !m_abandoned;
  }

  void plain(CsvCell& out)
  {
    for (int c = m_source.peek(); !ends_cell(c) && within_limit(); c = m_source.peek()) {
      if (c == '"') {
        abandon({Reason::csv_quote,
                 "a quote inside of a cell that does not begin with one; quote the whole cell and double the quotes in it",
                 m_source.place()});
        return;
      }
      out.text += static_cast<char>(c);
      m_source.advance();
    }
    drop_carriage_return(out.text);
  }

  void quoted(CsvCell& out)
  {
    m_source.advance();
    while (within_limit()) {
      const int c = m_source.peek();
      if (c == TextSource::k_end) {
        abandon({Reason::csv_quote, "the text ends inside of the quoted cell that begins here", out.at});
        return;
      }
      m_source.advance();
      if (c == '"' && m_source.peek() != '"') {
        break;
      }
      if (c == '"') {
        m_source.advance();
      }
      out.text += static_cast<char>(c);
    }
    if (m_source.peek() == '\r') {
      m_source.advance();
    }
    if (!m_abandoned && !ends_cell(m_source.peek())) {
      abandon({Reason::csv_quote, "text after the closing quote of a cell; double the quotes inside of it", m_source.place()});
    }
  }

  /// Gives the record up and goes on behind the line, where the next one most likely begins.
  void abandon(Problem problem)
  {
    m_problem = std::move(problem);
    m_abandoned = true;
    m_source.skip_line();
  }

  void drop_carriage_return(std::string& text) const
  {
    if (m_source.peek() != ',' && text.ends_with('\r')) {
      text.pop_back();
    }
  }

  TextSource& m_source;
  std::uint64_t m_start;
  std::optional<Problem> m_problem;
  bool m_abandoned = false;
};

void skip_blank_lines(TextSource& source)
{
  for (int c = source.peek(); c == '\n' || c == '\r'; c = source.peek()) {
    source.advance();
  }
}

}  // namespace

tl::expected<CsvRow, Problem> read_csv_row(TextSource& source)
{
  skip_blank_lines(source);
  if (source.peek() == TextSource::k_end) {
    return CsvRow{};
  }
  return RowScanner{source}.row();
}

std::string csv_cell(std::string_view text)
{
  constexpr std::string_view k_to_be_quoted{"\",\r\n\0", 5};
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  if (!text.empty() && text.find_first_of(k_to_be_quoted) == std::string_view::npos && !text.starts_with(k_byte_order_mark)) {
    return std::string(text);
  }
  std::string out = "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace davit::aws::dynamodb::format
