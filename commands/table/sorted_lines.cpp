// SPDX-License-Identifier: Apache-2.0
#include "commands/table/sorted_lines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <queue>

namespace davit::commands::table {
namespace {

Error temporary_file_error()
{
  return failed_error(
      fmt::format("cannot use a temporary file in {}: {}", std::filesystem::temp_directory_path().string(), std::strerror(errno)),
      "what does not fit into memory is sorted there; set TMPDIR to a folder with room");
}

bool write_text(std::FILE* file, const std::string& text)
{
  const std::uint64_t size = text.size();
  return std::fwrite(&size, sizeof size, 1, file) == 1 && std::fwrite(text.data(), 1, text.size(), file) == text.size();
}

bool read_text(std::FILE* file, std::string& text)
{
  std::uint64_t size = 0;
  if (std::fread(&size, sizeof size, 1, file) != 1) {
    return false;
  }
  text.resize(size);
  return std::fread(text.data(), 1, size, file) == size;
}

}  // namespace

/// One sorted run on its way out: a file, or at last what is still in memory.
class SortedLines::Run
{
public:
  explicit Run(std::FILE* file) : m_file(file) {}
  explicit Run(std::vector<Entry>& entries) : m_entries(&entries) {}

  /// False behind the last entry.
  Result<bool> advance()
  {
    if (m_file == nullptr) {
      const bool any = m_next < m_entries->size();
      entry = any ? std::move((*m_entries)[m_next++]) : Entry{};
      return any;
    }
    if (read_text(m_file, entry.key) && read_text(m_file, entry.text)) {
      return true;
    }
    return std::ferror(m_file) == 0 ? Result<bool>(false) : fail(temporary_file_error());
  }

  Entry entry;

private:
  std::FILE* m_file = nullptr;
  std::vector<Entry>* m_entries = nullptr;
  std::size_t m_next = 0;
};

Status SortedLines::add(std::string key, std::string text)
{
  m_bytes += key.size() + text.size() + sizeof(Entry);
  m_entries.push_back({std::move(key), std::move(text)});
  return m_bytes < m_memory ? Status{} : spill();
}

/// Of several entries with one key the last stays.
void SortedLines::sort()
{
  std::stable_sort(m_entries.begin(), m_entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  const auto kept = std::unique(m_entries.rbegin(), m_entries.rend(), [](const Entry& a, const Entry& b) { return a.key == b.key; });
  m_entries.erase(m_entries.begin(), kept.base());
}

Result<SortedLines::File> SortedLines::open_temporary()
{
  std::string path = (std::filesystem::temp_directory_path() / "davit-XXXXXX").string();
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) {
    return fail(temporary_file_error());
  }
  ::unlink(path.c_str());
  File file{::fdopen(fd, "w+b")};
  if (!file) {
    ::close(fd);
    return fail(temporary_file_error());
  }
  return file;
}

Status SortedLines::spill()
{
  sort();
  DAVIT_TRY_ASSIGN(File file, open_temporary());
  for (const auto& entry : m_entries) {
    if (!write_text(file.get(), entry.key) || !write_text(file.get(), entry.text)) {
      return fail(temporary_file_error());
    }
  }
  if (std::fflush(file.get()) != 0) {
    return fail(temporary_file_error());
  }
  m_files.push_back(std::move(file));
  m_entries.clear();
  m_bytes = 0;
  return {};
}

Status SortedLines::for_each(const std::function<Status(std::string_view text)>& take)
{
  sort();
  std::vector<Run> runs;
  for (const auto& file : m_files) {
    std::rewind(file.get());
    runs.emplace_back(file.get());
  }
  runs.emplace_back(m_entries);
  // The smallest key first; of equal keys the newest run, which speaks for all of them.
  const auto is_later = [&runs](std::size_t a, std::size_t b) {
    const int order = runs[a].entry.key.compare(runs[b].entry.key);
    return order != 0 ? order > 0 : a < b;
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(is_later)> heads(is_later);
  const auto queue_next_of = [&](std::size_t run) -> Status {
    DAVIT_TRY_ASSIGN(const bool any, runs[run].advance());
    if (any) {
      heads.push(run);
    }
    return {};
  };
  for (std::size_t i = 0; i < runs.size(); ++i) {
    DAVIT_TRY(queue_next_of(i));
  }
  std::optional<std::string> last_key;
  while (!heads.empty()) {
    const std::size_t at = heads.top();
    heads.pop();
    if (runs[at].entry.key != last_key) {
      DAVIT_TRY(take(runs[at].entry.text));
      last_key = std::move(runs[at].entry.key);
    }
    DAVIT_TRY(queue_next_of(at));
  }
  return {};
}

}  // namespace davit::commands::table
