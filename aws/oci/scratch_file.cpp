// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/scratch_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "aws/core/file.hpp"

namespace davit::aws::oci {
namespace {

constexpr std::size_t k_buffer_size = 1U << 20U;

}  // namespace

Result<ScratchFile> ScratchFile::create(const std::filesystem::path& directory)
{
  std::string name = (directory / ".scratch-XXXXXX").string();
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) {
    return fail(failed_error(fmt::format("cannot write in {}: {}", directory.string(), std::strerror(errno))));
  }
  return ScratchFile{fd, std::move(name)};
}

ScratchFile::~ScratchFile()
{
  unmap();
  if (m_fd >= 0) {
    ::close(m_fd);
  }
  if (!m_path.empty()) {
    ::unlink(m_path.c_str());
  }
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : m_fd(std::exchange(other.m_fd, -1)),
      m_path(std::exchange(other.m_path, {})),
      m_pending(std::exchange(other.m_pending, {})),
      m_size(std::exchange(other.m_size, 0)),
      m_address(std::exchange(other.m_address, nullptr)),
      m_mapped(std::exchange(other.m_mapped, 0))
{
}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  std::swap(m_path, other.m_path);
  std::swap(m_pending, other.m_pending);
  std::swap(m_size, other.m_size);
  std::swap(m_address, other.m_address);
  std::swap(m_mapped, other.m_mapped);
  return *this;
}

Error ScratchFile::error(std::string_view doing) const
{
  const std::string directory = m_path.parent_path().string();
  return failed_error(fmt::format("cannot {} a temporary file in {}: {}", doing, directory, std::strerror(errno)));
}

Status ScratchFile::append(std::string_view bytes)
{
  m_size += bytes.size();
  m_pending += bytes;
  return m_pending.size() < k_buffer_size ? Status{} : flush();
}

Status ScratchFile::flush()
{
  if (!write_all(m_fd, m_pending)) {
    return fail(error("write"));
  }
  m_pending.clear();
  return {};
}

void ScratchFile::unmap()
{
  if (m_address != nullptr) {
    ::munmap(std::exchange(m_address, nullptr), std::exchange(m_mapped, 0));
  }
}

Status ScratchFile::map(std::size_t size, int protection)
{
  unmap();
  if (size == 0) {
    return {};
  }
  void* address = ::mmap(nullptr, size, protection, MAP_SHARED, m_fd, 0);
  if (address == MAP_FAILED) {
    return fail(error("map"));
  }
  m_address = static_cast<char*>(address);
  m_mapped = size;
  return {};
}

Result<std::span<char>> ScratchFile::reserve(std::size_t size)
{
  DAVIT_TRY(flush());
  const int failed = ::posix_fallocate(m_fd, 0, static_cast<off_t>(size));
  if (failed != 0) {
    errno = failed;
    return fail(error("make room for"));
  }
  m_size = size;
  DAVIT_TRY(map(size, PROT_READ | PROT_WRITE));
  return std::span<char>(m_address, m_mapped);
}

Result<std::string_view> ScratchFile::view()
{
  DAVIT_TRY(flush());
  DAVIT_TRY(map(m_size, PROT_READ));
  return std::string_view(m_address, m_mapped);
}

Status ScratchFile::truncate(std::size_t size)
{
  unmap();
  m_size = size;
  return ::ftruncate(m_fd, static_cast<off_t>(size)) == 0 ? Status{} : fail(error("shorten"));
}

Status ScratchFile::keep_as(const std::filesystem::path& path)
{
  DAVIT_TRY(flush());
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(m_fd, 0666 & ~mask) != 0 || ::rename(m_path.c_str(), path.c_str()) != 0) {
    return fail(failed_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno))));
  }
  m_path.clear();
  return {};
}

}  // namespace davit::aws::oci
