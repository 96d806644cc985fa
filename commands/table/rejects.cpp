// SPDX-License-Identifier: Apache-2.0
#include "commands/table/rejects.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/format/plain_json.hpp"

namespace davit::commands::table {
namespace {

constexpr std::size_t k_first = 20;

}  // namespace

void Rejects::add(const Finding& finding, const aws::dynamodb::format::Record& record)
{
  ++m_count;
  if (m_first.size() < k_first) {
    m_first.push_back(finding);
  }
  const bool is_whole = record.problems.empty() && record.passwords.empty();
  std::string line = to_json(finding).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  line.pop_back();
  if (m_keep == Keep::items && m_status) {
    m_status = keep(line + ",\"item\":" + (is_whole ? aws::dynamodb::format::to_plain_json(record.item) : "null") + "}\n");
  }
}

Status Rejects::keep(const std::string& line)
{
  if (!m_file) {
    std::error_code ignored;
    std::filesystem::create_directories(m_path.parent_path(), ignored);
    DAVIT_TRY_ASSIGN(auto file, FileReplacement::open(m_path, Access::owner_only));
    m_file.emplace(std::move(file));
  }
  return m_file->write(line);
}

Status Rejects::save()
{
  DAVIT_TRY(m_status);
  if (m_file) {
    return m_file->commit();
  }
  if (m_keep == Keep::items) {
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
  }
  return {};
}

}  // namespace davit::commands::table
