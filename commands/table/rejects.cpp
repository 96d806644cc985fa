// SPDX-License-Identifier: Apache-2.0
#include "commands/table/rejects.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
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
  m_lines += line + ",\"item\":" + (is_whole ? aws::dynamodb::format::to_plain_json(record.item) : "null") + "}\n";
}

Status Rejects::save() const
{
  std::error_code ignored;
  if (m_count == 0) {
    std::filesystem::remove(m_path, ignored);
    return {};
  }
  std::filesystem::create_directories(m_path.parent_path(), ignored);
  return write_file(m_path, m_lines, Access::owner_only);
}

}  // namespace davit::commands::table
