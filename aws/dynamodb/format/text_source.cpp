// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/text_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace davit::aws::dynamodb::format {
namespace {

constexpr std::size_t k_buffer_size = 65536;

Error read_error(const std::string& name)
{
  return usage_error(fmt::format("cannot read {}: {}", name, std::strerror(errno)));
}

}  // namespace

TextSource::TextSource(int fd, std::string name) : m_fd(fd), m_name(std::move(name)) {}

TextSource::~TextSource()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

TextSource::TextSource(TextSource&& other) noexcept
{
  *this = std::move(other);
}

TextSource& TextSource::operator=(TextSource&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  m_name = std::move(other.m_name);
  m_buffer = std::move(other.m_buffer);
  m_next = other.m_next;
  m_consumed = other.m_consumed;
  m_place = other.m_place;
  m_stops_at_line_end = other.m_stops_at_line_end;
  m_at_end = other.m_at_end;
  m_status = std::move(other.m_status);
  return *this;
}

Result<TextSource> TextSource::open(const std::filesystem::path& path)
{
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(read_error(path.string()));
  }
  TextSource source{fd, path.string()};
  source.fill();
  DAVIT_TRY(source.m_status);
  source.skip_byte_order_mark();
  return source;
}

TextSource TextSource::of_text(std::string text, std::string name)
{
  TextSource source{-1, std::move(name)};
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
  return !m_buffer.empty();
}

/// Reads until the buffer is full, so that a slow pipe is recognised by as much of its start as a file.
void TextSource::fill()
{
  m_buffer.resize(k_buffer_size);
  m_next = 0;
  std::size_t filled = 0;
  while (filled < m_buffer.size() && !m_at_end) {
    const ssize_t n = ::read(m_fd, m_buffer.data() + filled, m_buffer.size() - filled);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      m_status = fail(read_error(m_name));
    }
    m_at_end = n <= 0;
    filled += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  m_buffer.resize(filled);
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
