// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/item_reader.hpp"
#include "aws/dynamodb/format/item_rules.hpp"

namespace davit::commands::table {

/// A file of items, or its content where it came by standard input or a pipe.
struct ItemFile {
  std::filesystem::path path;
  std::string name;                            ///< how messages call it
  std::shared_ptr<const std::string> content;  ///< instead of the file's
};

/// One item of the files, judged as the table would. Nothing in `problems` means that the table would take it.
struct JudgedItem {
  std::string file;
  std::uint32_t file_index = 0;  ///< among the files of the seed
  aws::dynamodb::format::Record record;
  std::vector<aws::dynamodb::format::Problem> problems;
};

/// The items of several files, one after the other, each judged by the keys of its table and against the keys of all before it.
class JudgedItems
{
public:
  JudgedItems(std::vector<ItemFile> files, std::optional<aws::dynamodb::format::FileFormat> format, aws::dynamodb::format::TableKeys keys);

  /// The next item, or nothing behind the last file. Errors are those of reading.
  Result<std::optional<JudgedItem>> next();

  [[nodiscard]] const std::string& name_of(std::uint32_t file_index) const { return m_files[file_index].name; }

  /// Names of the files read to their end that hold one page of a longer scan.
  [[nodiscard]] const std::vector<std::string>& cut_files() const { return m_cut_files; }

private:
  Result<bool> open_next_file();
  void judge(JudgedItem& item);

  std::vector<ItemFile> m_files;
  std::optional<aws::dynamodb::format::FileFormat> m_format;
  aws::dynamodb::format::TableKeys m_keys;
  aws::dynamodb::format::KeyLedger m_ledger;
  std::size_t m_opened = 0;
  std::vector<std::string> m_cut_files;
  std::optional<aws::dynamodb::format::ItemReader> m_reader;
};

}  // namespace davit::commands::table
