// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::aws::local::ecr {

/// An upload in the hands of one request; others that want it wait. Bytes are in the file when they were appended, whatever happens after.
class OpenUpload
{
public:
  OpenUpload(int fd, std::uint64_t size, std::filesystem::path path, std::unique_lock<std::timed_mutex> lock,
             std::shared_ptr<std::timed_mutex> mutex);
  ~OpenUpload();
  OpenUpload(const OpenUpload&) = delete;
  OpenUpload& operator=(const OpenUpload&) = delete;

  [[nodiscard]] std::uint64_t size() const { return m_size; }
  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
  Status append(std::string_view piece);

  /// The digest of all bytes, read again when an earlier request had brought some.
  Result<std::string> digest();

private:
  int m_fd;
  std::uint64_t m_size;
  std::filesystem::path m_path;
  std::shared_ptr<std::timed_mutex> m_mutex;
  std::unique_lock<std::timed_mutex> m_lock;
  bool m_is_hashed;  ///< m_hash has seen every byte
  crypto::Sha256 m_hash;
};

/// The bytes of manifests, configs and layers, named by their digests, in an OCI layout that all repositories share; and uploads under way.
/// Safe to use from several threads.
class BlobFiles
{
public:
  static Result<std::unique_ptr<BlobFiles>> open(const std::filesystem::path& folder);

  [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
  [[nodiscard]] std::filesystem::path path_of(const std::string& digest) const;

  /// Keeps a small blob.
  Status keep(const std::string& digest, std::string_view content) const;
  [[nodiscard]] Result<std::string> read(const std::string& digest) const;

  Status create_upload(const std::string& id) const;
  /// Waits for another request that has it. Not found when there is none; unavailable when it takes too long.
  Result<std::unique_ptr<OpenUpload>> open_upload(const std::string& id);
  /// Makes the upload the blob of that digest.
  Status finish_upload(const OpenUpload& upload, const std::string& digest) const;
  void drop_upload(const std::string& id) const;

private:
  explicit BlobFiles(std::filesystem::path folder) : m_folder(std::move(folder)) {}
  std::shared_ptr<std::timed_mutex> mutex_of(const std::string& id);

  std::filesystem::path m_folder;
  std::mutex m_mutex;
  std::map<std::string, std::weak_ptr<std::timed_mutex>> m_uploads;
};

}  // namespace davit::aws::local::ecr
