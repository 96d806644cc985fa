// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::commands::table {

/// Texts in the order of the bytes of their keys, however many there are: what exceeds the memory is sorted into unnamed temporary files
/// (in TMPDIR), and the files are merged on the way out.
class SortedLines
{
public:
  static constexpr std::size_t k_memory = 64 * 1024 * 1024;

  explicit SortedLines(std::size_t memory = k_memory) : m_memory(memory) {}

  /// A temporary file that cannot be written is a failed error.
  Status add(std::string key, std::string text);

  /// Hands over every text in order, of several with one key the one added last. Nothing can be added afterwards.
  Status for_each(const std::function<Status(std::string_view text)>& take);

private:
  struct Entry {
    std::string key;
    std::string text;
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, CloseFile>;
  class Run;

  void sort();
  Status spill();
  static Result<File> open_temporary();

  std::size_t m_memory;
  std::size_t m_bytes = 0;
  std::vector<Entry> m_entries;
  std::vector<File> m_files;  ///< each sorted and without doubles, older ones first
};

}  // namespace davit::commands::table
