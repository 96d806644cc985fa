// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/blob_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "aws/core/file.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/layout.hpp"

namespace davit::aws::local::ecr {
namespace {

namespace fs = std::filesystem;

/// A request whose client was killed ends as soon as the kernel has told so.
constexpr std::chrono::seconds k_longest_wait{5};

Error io_error(const fs::path& path)
{
  return failed_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

fs::path upload_path(const fs::path& folder, const std::string& id)
{
  return folder / "uploads" / id;
}

}  // namespace

OpenUpload::OpenUpload(int fd, std::uint64_t size, fs::path path, std::unique_lock<std::timed_mutex> lock,
                       std::shared_ptr<std::timed_mutex> mutex)
    : m_fd(fd), m_size(size), m_path(std::move(path)), m_mutex(std::move(mutex)), m_lock(std::move(lock)), m_is_hashed(size == 0)
{
}

OpenUpload::~OpenUpload()
{
  ::close(m_fd);
}

Status OpenUpload::append(std::string_view piece)
{
  if (!write_all(m_fd, piece)) {
    return fail(io_error(m_path));
  }
  m_size += piece.size();
  if (m_is_hashed) {
    m_hash.update(piece);
  }
  return {};
}

Result<std::string> OpenUpload::digest()
{
  if (m_is_hashed) {
    m_is_hashed = false;
    return oci::digest_from_raw(m_hash.finish());
  }
  DAVIT_TRY_ASSIGN(const oci::MappedFile file, oci::MappedFile::open(m_path));
  return oci::digest_of(file.bytes());
}

Result<std::unique_ptr<BlobFiles>> BlobFiles::open(const fs::path& folder)
{
  DAVIT_TRY(oci::Layout::create(folder));
  std::error_code error;
  fs::create_directories(folder / "uploads", error);
  if (error) {
    return fail(failed_error(fmt::format("cannot create {}: {}", (folder / "uploads").string(), error.message())));
  }
  return std::unique_ptr<BlobFiles>(new BlobFiles(folder));
}

fs::path BlobFiles::path_of(const std::string& digest) const
{
  const auto hex = oci::digest_hex(digest);
  return hex ? m_folder / "blobs" / "sha256" / *hex : fs::path();
}

Status BlobFiles::keep(const std::string& digest, std::string_view content) const
{
  std::error_code error;
  return fs::exists(path_of(digest), error) ? Status{} : write_file(path_of(digest), content);
}

Result<std::string> BlobFiles::read(const std::string& digest) const
{
  return read_file(path_of(digest));
}

Status BlobFiles::create_upload(const std::string& id) const
{
  return create_file(upload_path(m_folder, id), "");
}

std::shared_ptr<std::timed_mutex> BlobFiles::mutex_of(const std::string& id)
{
  const std::lock_guard lock(m_mutex);
  std::erase_if(m_uploads, [](const auto& each) { return each.second.expired(); });
  auto& known = m_uploads[id];
  auto mutex = known.lock();
  if (!mutex) {
    mutex = std::make_shared<std::timed_mutex>();
    known = mutex;
  }
  return mutex;
}

Result<std::unique_ptr<OpenUpload>> BlobFiles::open_upload(const std::string& id)
{
  auto mutex = mutex_of(id);
  std::unique_lock lock(*mutex, k_longest_wait);
  if (!lock.owns_lock()) {
    return fail(Error{.kind = ErrorKind::unavailable, .message = "another request is writing this upload"});
  }
  const fs::path path = upload_path(m_folder, id);
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  struct stat facts = {};
  if (fd < 0 || ::fstat(fd, &facts) != 0) {
    return fail(not_found_error(fmt::format("there is no upload {}", id)));
  }
  return std::make_unique<OpenUpload>(fd, static_cast<std::uint64_t>(facts.st_size), path, std::move(lock), std::move(mutex));
}

Status BlobFiles::finish_upload(const OpenUpload& upload, const std::string& digest) const
{
  std::error_code error;
  fs::rename(upload.path(), path_of(digest), error);
  return error ? fail(failed_error(fmt::format("cannot keep {}: {}", digest, error.message()))) : Status{};
}

void BlobFiles::drop_upload(const std::string& id) const
{
  std::error_code ignored;
  fs::remove(upload_path(m_folder, id), ignored);
}

}  // namespace davit::aws::local::ecr
