// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/file.hpp"
#include "commands/table/check.hpp"

namespace davit::commands::table {

/// The items that a seed did not store, a JSON line each with `file`, `line`, `reason`, `message` and, where it could be read, the `item`
/// in plain JSON. The file takes the place of the last seed's; without rejects there is none.
class Rejects
{
public:
  enum class Keep { items, count_alone };

  Rejects(std::filesystem::path path, Keep keep) : m_path(std::move(path)), m_keep(keep) {}

  /// An item with passwords is named but not kept, because its text would not be the hash that is stored.
  void add(const Finding& finding, const aws::dynamodb::format::Record& record);

  [[nodiscard]] std::int64_t count() const { return m_count; }
  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

  /// The first of them, for the error message.
  [[nodiscard]] const std::vector<Finding>& first() const { return m_first; }

  /// Puts the file in its place, or takes an old one away. What kept it from being written is told here.
  Status save();

private:
  Status keep(const std::string& line);

  std::filesystem::path m_path;
  Keep m_keep;
  std::optional<FileReplacement> m_file;
  Status m_status;
  std::int64_t m_count = 0;
  std::vector<Finding> m_first;
};

}  // namespace davit::commands::table
