// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace davit::aws::oci {
namespace {

Error read_error(const std::filesystem::path& path, int error)
{
  const ErrorKind kind = error == ENOENT ? ErrorKind::not_found : ErrorKind::failed;
  return {.kind = kind, .message = fmt::format("cannot read {}: {}", path.string(), std::strerror(error))};
}

Result<std::string_view> map_descriptor(int fd, const std::filesystem::path& path)
{
  struct stat info {
  };
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return fail(failed_error(fmt::format("cannot read {}: not a regular file", path.string())));
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size == 0) {
    return std::string_view{};
  }
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED) {
    return fail(read_error(path, errno));
  }
  ::madvise(address, size, MADV_SEQUENTIAL);
  return std::string_view(static_cast<const char*>(address), size);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path)
{
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(read_error(path, errno));
  }
  auto bytes = map_descriptor(fd, path);
  ::close(fd);
  if (!bytes) {
    return fail(std::move(bytes).error());
  }
  return MappedFile{*bytes};
}

MappedFile::~MappedFile()
{
  if (!m_bytes.empty()) {
    ::munmap(const_cast<char*>(m_bytes.data()), m_bytes.size());
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
  std::swap(m_bytes, other.m_bytes);
  return *this;
}

}  // namespace davit::aws::oci
