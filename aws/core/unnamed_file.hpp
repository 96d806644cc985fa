// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit {

/// A temporary file without a name, in TMPDIR: for what does not fit into memory. It is gone with the object, however the process ends.
/// Errors say where it is and what to do.
class UnnamedFile
{
public:
  static Result<UnnamedFile> create();
  ~UnnamedFile();
  UnnamedFile(UnnamedFile&& other) noexcept;
  UnnamedFile& operator=(UnnamedFile&& other) noexcept;

  /// Appends.
  Status write(std::string_view bytes);

  /// As many of the bytes from `offset` on as there are, at most `size`.
  Result<std::size_t> read(std::uint64_t offset, char* to, std::size_t size) const;

  [[nodiscard]] std::uint64_t size() const { return m_size; }

private:
  explicit UnnamedFile(int fd) : m_fd(fd) {}

  int m_fd;
  std::uint64_t m_size = 0;
};

}  // namespace davit
