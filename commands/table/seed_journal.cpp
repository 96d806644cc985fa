// SPDX-License-Identifier: Apache-2.0
#include "commands/table/seed_journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"

namespace davit::commands::table {
namespace {

constexpr int k_version = 1;

/// Items are announced by the hundred, or each of them would cost a line more.
constexpr std::uint64_t k_announced_ahead = 100;

constexpr std::string_view k_begin_anew = "run it without --resume to begin from the start, or with --mode same to write only what differs";

Error journal_error(const std::filesystem::path& path, std::string_view doing)
{
  return failed_error(fmt::format("cannot {} the journal {}: {}", doing, path.string(), std::strerror(errno)),
                      "it is what --resume goes on by; make room, or see to the rights of the folder");
}

OrderedJson to_json(const JournalSubject& subject)
{
  return {{"davitSeedJournal", k_version}, {"table", subject.table}, {"created", subject.created}, {"endpoint", subject.endpoint},
          {"mode", subject.mode},          {"files", subject.files}, {"items", subject.items}};
}

Error another_seed(const std::filesystem::path& path, std::string_view difference)
{
  return usage_error(fmt::format("the journal {} is of another seed: {}", path.string(), difference), std::string(k_begin_anew));
}

/// How the header's seed differs from the subject; empty when it is the same.
std::string difference(const Json& header, const JournalSubject& subject)
{
  if (header.value("davitSeedJournal", 0) != k_version) {
    return "another version of davit wrote it";
  }
  if (header.value("table", "") != subject.table) {
    return fmt::format("its table is {}, not {}", header.value("table", ""), subject.table);
  }
  if (header.value("endpoint", "") != subject.endpoint) {
    return fmt::format("its endpoint is {}, not {}", header.value("endpoint", ""), subject.endpoint);
  }
  if (header.value("created", "") != subject.created) {
    return "the table was made anew since";
  }
  if (header.value("files", std::vector<std::string>{}) != subject.files || header.value("items", std::int64_t{-1}) != subject.items) {
    return "the files are others, or have changed since";
  }
  // A seed that found no journal compares; one that compares may go on so.
  const std::string mode = header.value("mode", "");
  const bool fits = mode == subject.mode || (mode == "same" && subject.mode == "put");
  return fits ? "" : fmt::format("its mode is {}, not {}", mode, subject.mode);
}

}  // namespace

SeedJournal::~SeedJournal()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

SeedJournal::SeedJournal(SeedJournal&& other) noexcept : m_fd(-1)
{
  *this = std::move(other);
}

SeedJournal& SeedJournal::operator=(SeedJournal&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  m_path = std::move(other.m_path);
  m_mode = std::move(other.m_mode);
  m_written = std::move(other.m_written);
  m_same = std::move(other.m_same);
  m_begun_before = other.m_begun_before;
  m_new_written = std::move(other.m_new_written);
  m_new_same = std::move(other.m_new_same);
  m_begun = other.m_begun;
  return *this;
}

/// Opens and locks. A file that its owner removed between the two is opened anew.
Result<SeedJournal> SeedJournal::open(const std::filesystem::path& path, int flags)
{
  while (true) {
    SeedJournal journal{::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | flags, 0600), path};
    if (journal.m_fd < 0) {
      return fail(journal_error(path, "open"));
    }
    if (::flock(journal.m_fd, LOCK_EX | LOCK_NB) != 0) {
      return fail(Error{.kind = ErrorKind::conflict,
                        .message = fmt::format("another davit is seeding this table: it holds the journal {}", path.string()),
                        .hint = "wait until it has ended"});
    }
    struct stat status {
    };
    if (::fstat(journal.m_fd, &status) == 0 && status.st_nlink > 0) {
      return journal;
    }
    if ((flags & O_CREAT) == 0) {
      errno = ENOENT;
      return fail(journal_error(path, "open"));
    }
  }
}

Result<SeedJournal> SeedJournal::begin(const std::filesystem::path& path, const JournalSubject& subject)
{
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  DAVIT_TRY_ASSIGN(SeedJournal journal, open(path, O_CREAT));
  if (::ftruncate(journal.m_fd, 0) != 0) {
    return fail(journal_error(path, "empty"));
  }
  journal.m_mode = subject.mode;
  DAVIT_TRY(journal.append(to_json(subject).dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n"));
  return journal;
}

Result<std::optional<SeedJournal>> SeedJournal::resume(const std::filesystem::path& path, const JournalSubject& subject)
{
  // One that ends before its first line does was begun and never used.
  if (!describe_left(path)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(SeedJournal journal, open(path, 0));
  DAVIT_TRY(journal.read(subject));
  return journal;
}

std::optional<std::string> SeedJournal::describe_left(const std::filesystem::path& path)
{
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || file.eof()) {
    return std::nullopt;
  }
  const auto header = Json::parse(line, nullptr, false);
  const auto items = header.is_object() ? header.value("items", std::int64_t{0}) : 0;
  return fmt::format("an earlier seed of {} items into this table was stopped; this one begins from the start, --resume would go on",
                     items);
}

Status SeedJournal::read(const JournalSubject& subject)
{
  DAVIT_TRY_ASSIGN(const std::string text, read_file(m_path));
  std::string_view rest = text;
  std::size_t number = 0;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (++number > 1) {
      if (!read_line(line)) {
        return fail(usage_error(fmt::format("{}:{}: no line of a journal", m_path.string(), number), std::string(k_begin_anew)));
      }
      continue;
    }
    const auto header = Json::parse(line, nullptr, false);
    const std::string differs = header.is_object() ? difference(header, subject) : "its first line is damaged";
    if (!differs.empty()) {
      return fail(another_seed(m_path, differs));
    }
    m_mode = header.value("mode", "");
  }
  // What was cut would run into the next line.
  if (!rest.empty() && ::ftruncate(m_fd, static_cast<off_t>(text.size() - rest.size())) != 0) {
    return fail(journal_error(m_path, "mend"));
  }
  m_begun = m_begun_before;
  return {};
}

bool SeedJournal::read_line(std::string_view line)
{
  const char kind = line.empty() ? '\0' : line.front();
  if (kind == 'w' || kind == 's') {
    return (kind == 'w' ? m_written : m_same).add_text(line.substr(1));
  }
  const auto digits = line.starts_with("b ") ? line.substr(2) : "";
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), m_begun_before);
  return error == std::errc{} && end == digits.data() + digits.size();
}

Status SeedJournal::append(const std::string& lines)
{
  return write_all(m_fd, lines) ? Status{} : fail(journal_error(m_path, "write"));
}

Status SeedJournal::announce(std::uint64_t number)
{
  if (number < m_begun) {
    return {};
  }
  m_begun = number + k_announced_ahead;
  return append(fmt::format("b {}\n", m_begun));
}

Status SeedJournal::flush()
{
  std::string lines;
  if (!m_new_written.is_empty()) {
    lines += "w" + m_new_written.to_text() + "\n";
  }
  if (!m_new_same.is_empty()) {
    lines += "s" + m_new_same.to_text() + "\n";
  }
  m_new_written.clear();
  m_new_same.clear();
  return lines.empty() ? Status{} : append(lines);
}

Status SeedJournal::remove()
{
  return ::unlink(m_path.c_str()) == 0 ? Status{} : fail(journal_error(m_path, "remove"));
}

}  // namespace davit::commands::table
