// SPDX-License-Identifier: Apache-2.0
#include "commands/image/file_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_whiteout = ".wh.";

bool leads_out(const fs::path& relative, const fs::path& target)
{
  const fs::path normal = (relative.parent_path() / target).lexically_normal();
  return target.is_absolute() || (!normal.empty() && *normal.begin() == "..");
}

std::int64_t nanoseconds(const timespec& time)
{
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp stamp_of(const struct stat& info)
{
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .size = static_cast<std::uint64_t>(info.st_size),
          .modified_ns = nanoseconds(info.st_mtim),
          .changed_ns = nanoseconds(info.st_ctim)};
}

struct FolderEntry {
  std::string name;
  std::string order;  ///< as their paths are sorted in the tree, where a folder's name is followed by a slash
  struct stat info;
};

/// What lies in a folder. The kernel looks each up in the open folder instead of walking its whole path again.
Result<std::vector<FolderEntry>> entries_of(const std::string& folder)
{
  const auto cannot_read = [](const std::string& path) {
    return usage_error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  };
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  if (!open) {
    return fail(cannot_read("the folder " + folder));
  }
  std::vector<FolderEntry> out;
  errno = 0;
  for (const dirent* entry = ::readdir(open.get()); entry != nullptr; errno = 0, entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") {
      continue;
    }
    struct stat info {
    };
    if (::fstatat(::dirfd(open.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(cannot_read(folder + entry->d_name));
    }
    out.push_back({.name = std::string(name), .order = fmt::format("{}{}", name, S_ISDIR(info.st_mode) ? "/" : ""), .info = info});
  }
  if (errno != 0) {
    return fail(cannot_read("the folder " + folder));
  }
  std::sort(out.begin(), out.end(), [](const auto& one, const auto& other) { return one.order < other.order; });
  return out;
}

/// Walks a source folder.
class Collector
{
public:
  Collector(const fs::path& source, std::string prefix, IgnoreRules rules, const std::string& ignore_file)
      : m_source((source / "").string()), m_prefix(std::move(prefix)), m_rules(std::move(rules)), m_ignore_file(ignore_file)
  {
  }

  Result<FileTree> run()
  {
    DAVIT_TRY(visit_folder({}));
    std::sort(m_tree.ignored.begin(), m_tree.ignored.end());
    std::sort(m_tree.notices.begin(), m_tree.notices.end());
    return std::move(m_tree);
  }

private:
  /// `relative` is empty for the source folder, else ends in a slash.
  Status visit_folder(const std::string& relative)
  {
    if (!m_ignore_file.empty()) {
      DAVIT_TRY(read_rules(relative));
    }
    DAVIT_TRY_ASSIGN(const auto entries, entries_of(m_source + relative));
    for (const auto& entry : entries) {
      DAVIT_TRY(visit(entry.info, relative + entry.name));
    }
    return {};
  }

  Status read_rules(const std::string& relative)
  {
    std::error_code error;
    const fs::path file = m_source + relative + m_ignore_file;
    const auto type = fs::status(file, error).type();
    if (type == fs::file_type::not_found) {
      return {};
    }
    if (type != fs::file_type::regular) {
      return fail(usage_error(fmt::format("{} is not a file that can be read", file.string()), "expected lines as in a .gitignore"));
    }
    DAVIT_TRY_ASSIGN(const std::string lines, read_file(file));
    m_rules.add(lines, std::string_view(relative).substr(0, relative.size() - (relative.empty() ? 0 : 1)));
    return {};
  }

  Status visit(const struct stat& info, const std::string& relative)
  {
    const bool is_folder = S_ISDIR(info.st_mode);
    if (m_rules.ignores(relative, is_folder)) {
      m_tree.ignored.push_back(relative + (is_folder ? "/" : ""));
      return {};
    }
    DAVIT_TRY(check_name(relative));
    switch (info.st_mode & S_IFMT) {
      case S_IFDIR:
        return visit_folder(relative + "/");
      case S_IFREG:
        add(relative, {.source = m_source + relative, .executable = (info.st_mode & S_IXUSR) != 0, .stamp = stamp_of(info)});
        return {};
      case S_IFLNK:
        return add_link(relative, stamp_of(info));
      default:
        m_tree.notices.push_back(fmt::format("left out {}: neither a file nor a folder nor a link", m_source + relative));
        return {};
    }
  }

  static Status check_name(const std::string& relative)
  {
    const std::string_view name = std::string_view(relative).substr(relative.rfind('/') + 1);
    if (!is_utf8(relative)) {
      return fail(
          usage_error(fmt::format("the name of the file '{}' is not UTF-8", to_hex(name)), "rename it, or name it in .davitignore"));
    }
    if (name.starts_with(k_whiteout)) {
      return fail(
          usage_error(fmt::format("the name '{}' would delete a file of the image", relative), "rename it, or name it in .davitignore"));
    }
    return {};
  }

  Status add_link(const std::string& relative, const FileStamp& stamp)
  {
    std::error_code error;
    const std::string path = m_source + relative;
    const fs::path target = fs::read_symlink(path, error);
    if (error || leads_out(relative, target)) {
      return fail(usage_error(fmt::format("the link {} leads out of the source folder, to {}", path, target.string()),
                              "copy the file there, or name the link in .davitignore"));
    }
    add(relative, {.source = path, .link = target.string(), .stamp = stamp});
    return {};
  }

  // At the end, because that is the order in which they come.
  void add(const std::string& relative, TreeFile file)
  {
    m_tree.files.emplace_hint(m_tree.files.end(), m_prefix + "/" + relative, std::move(file));
  }

  std::string m_source;  ///< ends in a slash
  std::string m_prefix;
  IgnoreRules m_rules;
  const std::string& m_ignore_file;
  FileTree m_tree;
};

std::uint32_t permissions_of(const TreeFile& file)
{
  return file.executable ? 0755 : 0644;
}

Status write_member(const std::string& path, const TreeFile& file, aws::oci::TarWriter& tar)
{
  if (file.link) {
    return tar.add_symlink(path, *file.link);
  }
  return file.content ? tar.add_file(path, permissions_of(file), *file.content) : tar.copy_file(path, permissions_of(file), file.source);
}

/// Every folder that a file of the tree lies in.
std::set<std::string> folders_of(const FileTree& tree)
{
  std::set<std::string> folders;
  for (const auto& [path, unused] : tree.files) {
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos; slash = path.rfind('/', slash - 1)) {
      if (!folders.insert(path.substr(0, slash)).second) {
        break;
      }
    }
  }
  return folders;
}

}  // namespace

Result<FileTree> collect_files(const fs::path& source, const std::string& prefix, const IgnoreRules& rules, const std::string& ignore_file)
{
  return Collector(source, prefix, rules, ignore_file).run();
}

Status write_tree(const FileTree& tree, aws::oci::TarWriter& tar)
{
  const auto folders = folders_of(tree);
  auto folder = folders.begin();
  for (const auto& [path, file] : tree.files) {
    for (; folder != folders.end() && *folder < path; ++folder) {
      DAVIT_TRY(tar.add_directory(*folder));
    }
    DAVIT_TRY(write_member(path, file, tar));
  }
  return {};
}

Status write_tree(const FileTree& tree, const std::string& root, aws::zip::Writer& archive)
{
  for (const auto& [path, file] : tree.files) {
    const std::string name = path.substr(root.size() + 1);
    if (file.link) {
      DAVIT_TRY(archive.add_symlink(name, *file.link));
      continue;
    }
    const Result<std::string> content = file.content ? Result<std::string>(*file.content) : read_file(file.source);
    DAVIT_TRY(content);
    DAVIT_TRY(archive.add_file(name, permissions_of(file), *content));
  }
  return {};
}

}  // namespace davit::commands::image
