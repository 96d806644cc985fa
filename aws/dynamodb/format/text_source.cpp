// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/text_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "aws/core/encoding.hpp"

namespace davit::aws::dynamodb::format {
namespace {

constexpr std::size_t k_buffer_size = 65536;

Error read_error(const std::string& name)
{
  return usage_error(fmt::format("cannot read {}: {}", name, std::strerror(errno)));
}

/// A file, closed with the object.
class OpenFile
{
public:
  OpenFile(int fd, std::string name) : m_fd(fd), m_name(std::move(name)) {}
  ~OpenFile() { ::close(m_fd); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  Result<std::size_t> read(char* to, std::size_t size) const
  {
    while (true) {
      const ssize_t count = ::read(m_fd, to, size);
      if (count >= 0) {
        return static_cast<std::size_t>(count);
      }
      if (errno != EINTR) {
        return fail(read_error(m_name));
      }
    }
  }

private:
  int m_fd;
  std::string m_name;
};

}  // namespace

Result<TextSource> TextSource::open(const std::filesystem::path& path, Digest digest)
{
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(read_error(path.string()));
  }
  return start([file = std::make_shared<OpenFile>(fd, path.string())](char* to, std::size_t size) { return file->read(to, size); },
               path.string(), digest);
}

Result<TextSource> TextSource::open(std::shared_ptr<const UnnamedFile> file, std::string name, Digest digest)
{
  return start(
      [file = std::move(file), offset = std::uint64_t{0}](char* to, std::size_t size) mutable -> Result<std::size_t> {
        DAVIT_TRY_ASSIGN(const std::size_t count, file->read(offset, to, size));
        offset += count;
        return count;
      },
      std::move(name), digest);
}

Result<TextSource> TextSource::start(ReadBytes read, std::string name, Digest digest)
{
  TextSource source{std::move(read), std::move(name)};
  source.fill();
  if (is_gzip(source.m_buffer)) {
    source.inflate();
  }
  DAVIT_TRY(source.m_status);
  if (digest == Digest::yes) {
    source.m_digest.emplace().update(source.m_buffer);
  }
  source.skip_byte_order_mark();
  return source;
}

/// Begins anew with the content of the gzip data, whose first bytes are in the buffer.
void TextSource::inflate()
{
  auto read = [first = std::move(m_buffer), taken = std::size_t{0}, rest = std::move(m_read)](char* to, std::size_t size) mutable {
    const std::size_t count = first.copy(to, size, taken);
    taken += count;
    return count > 0 ? Result<std::size_t>(count) : rest(to, size);
  };
  m_read = [gzip = std::make_shared<GzipReader>(std::move(read), m_name)](char* to, std::size_t size) { return gzip->read(to, size); };
  m_buffer.clear();
  m_at_end = false;
  fill();
}

TextSource TextSource::of_text(std::string text, std::string name)
{
  TextSource source{nullptr, std::move(name)};
  source.m_buffer = std::move(text);
  source.m_at_end = true;
  source.skip_byte_order_mark();
  return source;
}

void TextSource::skip_byte_order_mark()
{
  if (m_buffer.starts_with("\xEF\xBB\xBF")) {
    m_next = 3;
  }
}

bool TextSource::refill()
{
  if (m_at_end) {
    return false;
  }
  fill();
  return m_next < m_buffer.size();
}

/// Reads until the buffer is full, so that a slow pipe is recognised by as much of its start as a file. What is not consumed yet stays.
void TextSource::fill()
{
  m_buffer.erase(0, m_next);
  m_next = 0;
  std::size_t filled = m_buffer.size();
  const std::size_t kept = filled;
  m_buffer.resize(std::max(filled, k_buffer_size));
  while (filled < m_buffer.size() && !m_at_end) {
    const auto count = m_read(m_buffer.data() + filled, m_buffer.size() - filled);
    if (!count) {
      m_status = fail(count.error());
    }
    m_at_end = count.value_or(0) == 0;
    filled += count.value_or(0);
  }
  m_buffer.resize(filled);
  if (m_digest) {
    m_digest->update(std::string_view(m_buffer).substr(kept));
  }
}

std::string_view TextSource::whole_line()
{
  if (m_place.column != 1 || m_stops_at_line_end) {
    return {};
  }
  std::size_t end = m_buffer.find('\n', m_next);
  if (end == std::string::npos && !m_at_end) {
    fill();
    end = m_buffer.find('\n');
  }
  if (end == std::string::npos && !m_at_end) {
    return {};
  }
  return std::string_view(m_buffer).substr(m_next, end == std::string::npos ? end : end - m_next);
}

void TextSource::pass_line(std::string_view line)
{
  const bool has_end = m_next + line.size() < m_buffer.size();
  const std::size_t length = line.size() + (has_end ? 1 : 0);
  m_next += length;
  m_consumed += length;
  m_place.line += has_end ? 1 : 0;
  m_place.column = has_end ? 1 : static_cast<int>(line.size()) + 1;
}

std::string TextSource::content_digest()
{
  return m_digest ? to_hex(m_digest->finish()) : "";
}

void TextSource::skip_line()
{
  m_stops_at_line_end = false;
  for (int c = peek(); c != k_end; c = peek()) {
    advance();
    if (c == '\n') {
      return;
    }
  }
}

}  // namespace davit::aws::dynamodb::format
