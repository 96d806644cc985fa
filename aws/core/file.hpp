// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit {

/// The whole file. Not found and not readable are usage errors that name the path.
Result<std::string> read_file(const std::filesystem::path& path);

/// Who may read a file that davit writes.
enum class Access {
  everyone,    ///< 0666 less the umask
  owner_only,  ///< 0600, for secrets
};

/// Writes to a temporary file beside `path`, flushes it to the disk and renames it, so that a reader sees the old file or the new one.
Status write_file(const std::filesystem::path& path, std::string_view content, Access access = Access::everyone);

/// Writes all of it to an open file, interrupted calls repeated. False leaves the reason in errno.
bool write_all(int fd, std::string_view content);

/// Creates a file that must not be there yet: a conflict when it is, also as a link that leads nowhere. Never overwrites.
Status create_file(const std::filesystem::path& path, std::string_view content);

}  // namespace davit
