// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/item_reader.hpp"
#include "aws/dynamodb/format/item_rules.hpp"
#include "commands/table/duplicates.hpp"
#include "commands/table/item_files.hpp"

namespace davit::commands::table {

/// One item of the files, judged as the table would. Nothing in `problems` means that the table would take it.
struct JudgedItem {
  std::uint32_t file = 0;    ///< by its place among the files
  std::uint64_t number = 0;  ///< among the items of all files, from 0
  aws::dynamodb::format::Place at;
  bool is_line = false;                  ///< it was read quickly: `line` has it instead of `record`
  aws::dynamodb::format::LineItem line;  ///< text alone where it was not
  aws::dynamodb::format::Record record = {};
  std::vector<aws::dynamodb::format::Problem> problems = {};
};

/// The items of several files, one after the other, each judged by the keys of its table.
class JudgedItems
{
public:
  using TextSource = aws::dynamodb::format::TextSource;

  JudgedItems(std::vector<ItemFile> files, std::optional<aws::dynamodb::format::FileFormat> format, aws::dynamodb::format::TableKeys keys,
              TextSource::Digest digest = TextSource::Digest::no);

  /// Makes a problem of each of these on its way. They are the caller's, and at their start.
  Status expect(Duplicates& duplicates);

  enum class As {
    record,  ///< with its record, always
    line,    ///< quickly where that can be
  };

  /// Reads the next item over the last one; false behind the last file. Errors are those of reading.
  Result<bool> next(JudgedItem& item, As as);

  [[nodiscard]] const std::string& name_of(std::uint32_t file) const { return m_files[file].name; }

  /// Names of the files read to their end that hold one page of a longer scan.
  [[nodiscard]] const std::vector<std::string>& cut_files() const { return m_cut_files; }

  /// Name, length and digest of the content of each file read to its end, where digests are kept.
  [[nodiscard]] const std::vector<std::string>& identities() const { return m_identities; }

private:
  Result<bool> open_next_file();
  void close_file();
  void judge(JudgedItem& item);
  Status pass_duplicate();

  std::vector<ItemFile> m_files;
  std::optional<aws::dynamodb::format::FileFormat> m_format;
  aws::dynamodb::format::TableKeys m_keys;
  TextSource::Digest m_digest;
  aws::dynamodb::format::PlainLineReader m_lines;
  Duplicates* m_duplicates = nullptr;
  std::optional<Duplicates::Duplicate> m_next_duplicate;
  std::size_t m_opened = 0;
  std::uint64_t m_number = 0;
  std::vector<std::string> m_cut_files;
  std::vector<std::string> m_identities;
  std::optional<aws::dynamodb::format::ItemReader> m_reader;
};

/// What judging all items has told.
struct Judgement {
  std::int64_t read = 0;
  std::int64_t refused = 0;
  Duplicates duplicates;
  std::vector<std::string> cut_files;
  std::vector<std::string> identities;  ///< of the files
};

/// Judges every item; then tells of each that is refused, in the order of the files, for which they are read a second time. `progress` is
/// told how many were read; an error of either function ends it.
Result<Judgement> judge_items(const std::vector<ItemFile>& files, std::optional<aws::dynamodb::format::FileFormat> format,
                              const aws::dynamodb::format::TableKeys& keys, const std::function<Status(std::int64_t read)>& progress,
                              const std::function<Status(const JudgedItem& item, const JudgedItems& items)>& refused);

}  // namespace davit::commands::table
