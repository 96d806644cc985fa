// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aws/registry/client.hpp"

namespace davit::commands::image {

/// Where the uploads of large blobs stand, a file each below `.davit/uploads`, so that a push goes on where a killed one stopped. The files
/// hold what a registry gave for an upload, which is as good as a key to it: for their owner only. Safe to use from several threads, for
/// different blobs. That a file cannot be written is no error: the next push only begins that blob anew.
class UploadJournal
{
public:
  UploadJournal(std::filesystem::path folder, std::string host, std::string repository)
      : m_folder(std::move(folder)), m_host(std::move(host)), m_repository(std::move(repository))
  {
  }

  [[nodiscard]] std::optional<aws::registry::UploadProgress> find(const std::string& digest) const;
  void keep(const std::string& digest, const aws::registry::UploadProgress& progress) const;
  void forget(const std::string& digest) const;

private:
  [[nodiscard]] std::filesystem::path path_of(const std::string& digest) const;

  std::filesystem::path m_folder;
  std::string m_host;
  std::string m_repository;
};

}  // namespace davit::commands::image
