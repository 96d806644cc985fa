// SPDX-License-Identifier: Apache-2.0
#include "commands/table/judged_items.hpp"

#include <fmt/format.h>

namespace davit::commands::table {

using namespace aws::dynamodb::format;

JudgedItems::JudgedItems(std::vector<ItemFile> files, std::optional<FileFormat> format, TableKeys keys, TextSource::Digest digest)
    : m_files(std::move(files)), m_format(format), m_keys(std::move(keys)), m_digest(digest), m_lines(m_keys)
{
}

Status JudgedItems::expect(Duplicates& duplicates)
{
  m_duplicates = &duplicates;
  return pass_duplicate();
}

Status JudgedItems::pass_duplicate()
{
  DAVIT_TRY_ASSIGN(m_next_duplicate, m_duplicates->next());
  return {};
}

Result<bool> JudgedItems::open_next_file()
{
  if (m_opened == m_files.size()) {
    return false;
  }
  const ItemFile& file = m_files[m_opened++];
  auto source = file.kept ? TextSource::open(file.kept, file.name, m_digest) : TextSource::open(file.path, m_digest);
  if (!source) {
    return fail(std::move(source).error());
  }
  DAVIT_TRY_ASSIGN(m_reader, ItemReader::open(std::move(*source), m_format));
  return true;
}

void JudgedItems::close_file()
{
  const std::string& name = m_files[m_opened - 1].name;
  if (m_reader->is_one_page_of_more()) {
    m_cut_files.push_back(name);
  }
  if (m_digest == TextSource::Digest::yes) {
    m_identities.push_back(fmt::format("{}, {} bytes, sha256 {}", name, m_reader->consumed(), m_reader->content_digest()));
  }
  m_reader.reset();
}

Result<bool> JudgedItems::next(JudgedItem& item, As as)
{
  item.problems.clear();
  while (true) {
    if (!m_reader) {
      DAVIT_TRY_ASSIGN(const bool opened, open_next_file());
      if (!opened) {
        return false;
      }
    }
    item.file = static_cast<std::uint32_t>(m_opened - 1);
    item.number = m_number;
    const bool is_duplicate = m_next_duplicate && m_next_duplicate->number == m_number;
    item.is_line = as == As::line && !is_duplicate && m_reader->next_line(m_lines, item.line, item.at);
    if (item.is_line) {
      ++m_number;
      return true;
    }
    DAVIT_TRY_ASSIGN(auto record, m_reader->next());
    if (!record) {
      close_file();
      continue;
    }
    item.record = std::move(*record);
    item.at = item.record.at;
    judge(item);
    ++m_number;
    if (is_duplicate) {
      DAVIT_TRY(pass_duplicate());
    }
    return true;
  }
}

void JudgedItems::judge(JudgedItem& item)
{
  item.problems = problems_of(item.record, m_keys);
  if (!item.problems.empty()) {
    return;
  }
  item.line.key = digest_of(item.record.item, m_keys.key.attributes());
  item.line.partition = digest_of(item.record.item, m_keys.key.partition).low;
  if (m_next_duplicate && m_next_duplicate->number == item.number) {
    const auto& first = m_next_duplicate->first;
    item.problems.push_back({.reason = Reason::item_duplicate,
                             .message = fmt::format("{}:{} has an item with the same key", m_files[first.file].name, first.line),
                             .at = item.at});
  }
}

namespace {

Status tell_refused(JudgedItems items, Judgement& judgement,
                    const std::function<Status(const JudgedItem& item, const JudgedItems& items)>& refused)
{
  DAVIT_TRY(items.expect(judgement.duplicates));
  JudgedItem item;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool any, items.next(item, JudgedItems::As::line));
    if (!any) {
      return judgement.duplicates.rewind();
    }
    if (!item.problems.empty()) {
      DAVIT_TRY(refused(item, items));
    }
  }
}

}  // namespace

Result<Judgement> judge_items(const std::vector<ItemFile>& files, std::optional<FileFormat> format, const TableKeys& keys,
                              const std::function<Status(std::int64_t read)>& progress,
                              const std::function<Status(const JudgedItem& item, const JudgedItems& items)>& refused)
{
  Judgement judgement;
  JudgedItems items{files, format, keys, TextSource::Digest::yes};
  JudgedItem item;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool any, items.next(item, JudgedItems::As::line));
    if (!any) {
      break;
    }
    ++judgement.read;
    if (!item.problems.empty()) {
      ++judgement.refused;
    } else {
      const Duplicates::Origin origin{.file = item.file, .line = static_cast<std::uint64_t>(item.at.line)};
      DAVIT_TRY(judgement.duplicates.add(item.line.key, item.number, origin));
    }
    DAVIT_TRY(progress(judgement.read));
  }
  judgement.cut_files = items.cut_files();
  judgement.identities = items.identities();
  DAVIT_TRY(judgement.duplicates.find());
  judgement.refused += judgement.duplicates.count();
  if (judgement.refused > 0) {
    DAVIT_TRY(tell_refused(JudgedItems{files, format, keys}, judgement, refused));
  }
  return judgement;
}

}  // namespace davit::commands::table
