// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::oci {

/// The bytes of a file, read through the page cache without a copy. The file must not shrink meanwhile: use it for blobs, which never
/// change.
class MappedFile
{
public:
  static Result<MappedFile> open(const std::filesystem::path& path);

  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  [[nodiscard]] std::string_view bytes() const { return m_bytes; }

private:
  explicit MappedFile(std::string_view bytes) : m_bytes(bytes) {}

  std::string_view m_bytes;
};

}  // namespace davit::aws::oci
