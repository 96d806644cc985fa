// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/csv_items.hpp"
#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/layout.hpp"
#include "aws/dynamodb/format/plain_line.hpp"
#include "aws/dynamodb/format/record.hpp"
#include "aws/dynamodb/format/text_source.hpp"

namespace davit::aws::dynamodb::format {

/// How the items of a file are written.
enum class FileFormat {
  json,           ///< plain JSON: one array, or objects one after the other
  jsonl,          ///< plain JSON, an object a line
  csv,            ///< see csv_items.hpp
  dynamodb_json,  ///< an export to S3, items a line or in an array, or what `aws dynamodb scan` prints
};

std::string_view name_of(FileFormat format);
Result<FileFormat> parse_file_format(std::string_view name);

/// Reads the items of a file one after the other in little memory. What the text does not make plain is asked of its start: CSV or JSON, a
/// document or lines, DynamoDB's notation or the plain one.
class ItemReader
{
public:
  /// Without a format it is recognised. UTF-16, which Windows shells write, and what is compressed by other
  /// programs than gzip are usage errors.
  static Result<ItemReader> open(TextSource source, std::optional<FileFormat> format);

  /// The next item, or nothing at the end. A malformed one comes as a record with problems; after that of a line the next line follows,
  /// after that of a JSON document nothing, because where its next item begins cannot be known. An error is one of reading.
  Result<std::optional<Record>> next();

  /// The next item, where it stands on a line that the reader of usual lines takes; false where next() must look at it, or at the end.
  bool next_line(PlainLineReader& lines, LineItem& item, Place& at);

  /// TextSource::content_digest() of a source that was opened for it.
  [[nodiscard]] std::string content_digest() { return m_source.content_digest(); }
  [[nodiscard]] std::uint64_t consumed() const { return m_source.consumed(); }

  [[nodiscard]] const std::string& name() const { return m_source.name(); }

  /// Whether the output of a scan that was read says that there was more to be had.
  [[nodiscard]] bool is_one_page_of_more() const { return m_is_one_page_of_more; }

private:
  enum class Notation { plain, typed };

  ItemReader(TextSource source, Layout layout, std::optional<Notation> notation);

  /// An item's text, a problem, or nothing at the end.
  using Text = std::optional<tl::expected<ExactJson, Problem>>;

  std::optional<Record> next_record();
  std::optional<Record> next_csv();
  Text next_json();
  Text next_of_lines();
  Text next_of_document();
  Text next_element();
  Text open_scan_output();
  Text close_scan_output();
  Text read_value();
  tl::expected<void, Problem> pass_over_member(const std::string& name);
  Text give_up(Problem problem);
  Record record_of(const ExactJson& json);

  TextSource m_source;
  Layout m_layout;
  std::optional<Notation> m_notation;
  std::vector<CsvColumn> m_columns;  ///< none before the header was read
  bool m_in_array = false;
  bool m_needs_comma = false;  ///< before the next element of the array
  bool m_finished = false;
  bool m_is_one_page_of_more = false;
};

}  // namespace davit::aws::dynamodb::format
