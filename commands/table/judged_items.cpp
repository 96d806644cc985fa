// SPDX-License-Identifier: Apache-2.0
#include "commands/table/judged_items.hpp"

#include <fmt/format.h>

namespace davit::commands::table {

using namespace aws::dynamodb::format;

JudgedItems::JudgedItems(std::vector<ItemFile> files, std::optional<FileFormat> format, TableKeys keys)
    : m_files(std::move(files)), m_format(format), m_keys(std::move(keys))
{
}

Result<bool> JudgedItems::open_next_file()
{
  if (m_opened == m_files.size()) {
    return false;
  }
  const ItemFile& file = m_files[m_opened++];
  auto source = file.content ? Result<TextSource>(TextSource::of_text(*file.content, file.name)) : TextSource::open(file.path);
  if (!source) {
    return fail(std::move(source).error());
  }
  DAVIT_TRY_ASSIGN(m_reader, ItemReader::open(std::move(*source), m_format));
  return true;
}

Result<std::optional<JudgedItem>> JudgedItems::next()
{
  while (true) {
    if (!m_reader) {
      DAVIT_TRY_ASSIGN(const bool opened, open_next_file());
      if (!opened) {
        return std::nullopt;
      }
    }
    DAVIT_TRY_ASSIGN(auto record, m_reader->next());
    if (record) {
      const auto index = static_cast<std::uint32_t>(m_opened - 1);
      JudgedItem item{.file = m_files[index].name, .file_index = index, .record = std::move(*record), .problems = {}};
      judge(item);
      return item;
    }
    if (m_reader->is_one_page_of_more()) {
      m_cut_files.push_back(m_files[m_opened - 1].name);
    }
    m_reader.reset();
  }
}

void JudgedItems::judge(JudgedItem& item)
{
  item.problems = problems_of(item.record, m_keys);
  if (!item.problems.empty()) {
    return;
  }
  if (const auto earlier = m_ledger.add(item.record.item, m_keys.key, {.file = item.file_index, .line = item.record.at.line})) {
    item.problems.push_back({.reason = Reason::item_duplicate,
                             .message = fmt::format("{}:{} has an item with the same key", m_files[earlier->file].name, earlier->line),
                             .at = item.record.at});
  }
}

}  // namespace davit::commands::table
