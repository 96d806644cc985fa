// SPDX-License-Identifier: Apache-2.0
#include "commands/table/item_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace davit::commands::table {
namespace {

Result<std::shared_ptr<const UnnamedFile>> keep(int fd, const std::string& name)
{
  DAVIT_TRY_ASSIGN(UnnamedFile file, UnnamedFile::create());
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count == 0) {
      return std::make_shared<const UnnamedFile>(std::move(file));
    }
    if (count < 0 && errno != EINTR) {
      return fail(usage_error(fmt::format("cannot read {}: {}", name, std::strerror(errno))));
    }
    if (count > 0) {
      DAVIT_TRY(file.write({buffer.data(), static_cast<std::size_t>(count)}));
    }
  }
}

/// What a shell's <(...) makes.
Result<std::shared_ptr<const UnnamedFile>> keep_pipe(const std::string& path)
{
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(usage_error(fmt::format("cannot read {}: {}", path, std::strerror(errno))));
  }
  auto kept = keep(fd, path);
  ::close(fd);
  return kept;
}

}  // namespace

Result<std::vector<ItemFile>> item_files(const cli::Context& context, const std::vector<std::string>& paths)
{
  std::vector<ItemFile> out;
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    return fail(usage_error("standard input is named twice, and can be read once"));
  }
  for (const auto& path : paths) {
    ItemFile& file = out.emplace_back(ItemFile{.path = path, .name = path});
    if (path == "-") {
      if (context.streams().stdin_is_terminal()) {
        return fail(usage_error("items are expected on standard input, which is a terminal", "pipe them in, or name a file"));
      }
      DAVIT_TRY_ASSIGN(file.kept, keep(STDIN_FILENO, "standard input"));
    } else if (std::error_code ignored; std::filesystem::is_fifo(path, ignored)) {
      DAVIT_TRY_ASSIGN(file.kept, keep_pipe(path));
    }
  }
  return out;
}

}  // namespace davit::commands::table
