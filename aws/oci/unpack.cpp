// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/unpack.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "aws/core/file.hpp"
#include "aws/oci/layer.hpp"
#include "aws/oci/tar_reader.hpp"

namespace davit::aws::oci {
namespace {

constexpr std::string_view k_whiteout = ".wh.";
constexpr std::string_view k_opaque = ".wh..wh..opq";

Error entry_error(std::string_view doing, const TarEntry& entry)
{
  return failed_error(fmt::format("cannot {} '{}': {}", doing, entry.path, std::strerror(errno)));
}

/// "./" and a leading slash mean the root itself.
bool names_root(std::string_view path)
{
  return path.find_first_not_of("./") == std::string_view::npos && path.find("..") == std::string_view::npos;
}

std::string_view name_of(std::string_view path)
{
  return path.substr(path.rfind('/') + 1);
}

/// Removes what a folder held in the layers below.
Status empty_folder(const Place& place)
{
  const Directory folder{::openat(place.parent.fd(), place.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (folder.fd() < 0) {
    return {};
  }
  DAVIT_TRY_ASSIGN(const auto names, names_in(folder));
  for (const auto& name : names) {
    DAVIT_TRY(remove_tree(folder, name));
  }
  return {};
}

/// Applies one whiteout. What it names may be gone already.
Status apply_whiteout(const TarEntry& entry, const RootedDirectory& root)
{
  const std::string_view name = name_of(entry.path);
  const std::string folder(entry.path.substr(0, entry.path.size() - name.size()));
  const bool opaque = name == k_opaque;
  if (!opaque && name.size() == k_whiteout.size()) {
    return fail(failed_error(fmt::format("the whiteout '{}' names nothing", entry.path)));
  }
  if (opaque && names_root(folder)) {
    return fail(failed_error("a layer hides the whole root by an opaque whiteout", "rebuild the image without it"));
  }
  const auto place = root.locate(opaque ? folder : folder + std::string(name.substr(k_whiteout.size())), false);
  if (!place) {
    return place.error().kind == ErrorKind::not_found ? Status{} : fail(place.error());
  }
  return opaque ? empty_folder(*place) : remove_tree(place->parent, place->name);
}

/// Writes the entries of one layer.
class LayerWriter
{
public:
  LayerWriter(const RootedDirectory& root, const WantsEntry& wants) : m_root(root), m_wants(wants) {}

  Status write(const TarEntry& entry)
  {
    if (name_of(entry.path).starts_with(k_whiteout) || names_root(entry.path)) {
      return {};
    }
    if (entry.type == EntryType::device) {
      m_report.skipped.push_back(entry.path);
      return {};
    }
    if (m_wants && !m_wants(entry.path)) {
      return {};
    }
    DAVIT_TRY_ASSIGN(const Place place, m_root.locate(entry.path, true));
    ++m_report.entries;
    return write_at(entry, place);
  }

  /// Times and modes of folders come last: writing into a folder changes the one and may need another of the other.
  Result<UnpackReport> finish()
  {
    for (auto folder = m_folders.rbegin(); folder != m_folders.rend(); ++folder) {
      DAVIT_TRY(finish_folder(*folder));
    }
    return std::move(m_report);
  }

private:
  Status write_at(const TarEntry& entry, const Place& place)
  {
    if (entry.type == EntryType::directory) {
      return make_directory(entry, place);
    }
    DAVIT_TRY(remove_tree(place.parent, place.name));
    if (entry.type == EntryType::file) {
      return write_file(entry, place);
    }
    return entry.type == EntryType::symlink ? make_symlink(entry, place) : make_hard_link(entry, place);
  }

  Status make_directory(const TarEntry& entry, const Place& place)
  {
    struct stat info {
    };
    const bool exists = ::fstatat(place.parent.fd(), place.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
    if (exists && !S_ISDIR(info.st_mode)) {
      DAVIT_TRY(remove_tree(place.parent, place.name));
    }
    if (::mkdirat(place.parent.fd(), place.name.c_str(), 0755) != 0 && errno != EEXIST) {
      return fail(entry_error("create", entry));
    }
    m_folders.push_back(entry);
    return {};
  }

  Status write_file(const TarEntry& entry, const Place& place)
  {
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const Directory file{::openat(place.parent.fd(), place.name.c_str(), flags, 0600)};
    if (file.fd() < 0 || !write_all(file.fd(), entry.content) || ::fchmod(file.fd(), entry.mode & 0777U) != 0) {
      return fail(entry_error("write", entry));
    }
    m_report.bytes += entry.content.size();
    const timespec times[] = {{.tv_sec = entry.mtime, .tv_nsec = 0}, {.tv_sec = entry.mtime, .tv_nsec = 0}};
    return ::futimens(file.fd(), times) == 0 ? Status{} : fail(entry_error("set the time of", entry));
  }

  Status make_symlink(const TarEntry& entry, const Place& place)
  {
    // The target is text: it is followed only by whoever runs inside the tree, and there it cannot leave it.
    return ::symlinkat(entry.link_target.c_str(), place.parent.fd(), place.name.c_str()) == 0 ? Status{} : fail(entry_error("link", entry));
  }

  Status make_hard_link(const TarEntry& entry, const Place& place)
  {
    auto target = m_root.locate(entry.link_target, false);
    if (!target) {
      return fail(std::move(target).error().wrap(fmt::format("hard link '{}'", entry.path)));
    }
    const bool made = ::linkat(target->parent.fd(), target->name.c_str(), place.parent.fd(), place.name.c_str(), 0) == 0;
    return made ? Status{} : fail(entry_error("link", entry));
  }

  [[nodiscard]] Status finish_folder(const TarEntry& entry) const
  {
    const auto place = m_root.locate(entry.path, false);
    if (!place) {
      return {};  // a later entry of the same layer took its place
    }
    const Directory folder{::openat(place->parent.fd(), place->name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (folder.fd() < 0) {
      return {};
    }
    // The owner keeps every right: the next layer writes here.
    const timespec times[] = {{.tv_sec = entry.mtime, .tv_nsec = 0}, {.tv_sec = entry.mtime, .tv_nsec = 0}};
    const bool done = ::fchmod(folder.fd(), (entry.mode & 01777U) | 0700U) == 0 && ::futimens(folder.fd(), times) == 0;
    return done ? Status{} : fail(entry_error("set the mode of", entry));
  }

  const RootedDirectory& m_root;
  const WantsEntry& m_wants;
  UnpackReport m_report;
  std::vector<TarEntry> m_folders;
};

/// Runs `visit` on every entry.
template <typename Visit>
Status for_each_entry(std::string_view archive, Visit visit)
{
  TarReader reader(archive);
  while (true) {
    DAVIT_TRY_ASSIGN(const auto entry, reader.next());
    if (!entry) {
      return {};
    }
    DAVIT_TRY(visit(*entry));
  }
}

}  // namespace

Result<UnpackReport> unpack_entries(const std::vector<TarEntry>& entries, const RootedDirectory& root)
{
  const WantsEntry everything;
  LayerWriter writer(root, everything);
  for (const auto& entry : entries) {
    DAVIT_TRY(writer.write(entry));
  }
  return writer.finish();
}

Result<UnpackReport> unpack_layer(std::string_view archive, const RootedDirectory& root, const WantsEntry& wants)
{
  // Whiteouts hide entries of the layers below only, wherever they stand in the archive: so they all come first.
  DAVIT_TRY(for_each_entry(archive, [&](const TarEntry& entry) {
    return name_of(entry.path).starts_with(k_whiteout) ? apply_whiteout(entry, root) : Status{};
  }));
  LayerWriter writer(root, wants);
  DAVIT_TRY(for_each_entry(archive, [&](const TarEntry& entry) { return writer.write(entry); }));
  return writer.finish();
}

Result<UnpackReport> unpack(const Layout& layout, const Image& image, const std::filesystem::path& root, const WantsEntry& wants)
{
  DAVIT_TRY_ASSIGN(const RootedDirectory tree, RootedDirectory::open(root));
  UnpackReport total;
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    const Descriptor& descriptor = image.manifest.layers[i];
    DAVIT_TRY_ASSIGN(const MappedFile blob, layout.read(descriptor));
    DAVIT_TRY_ASSIGN(ScratchFile archive, read_layer(blob.bytes(), descriptor, image.config.diff_ids[i], root));
    DAVIT_TRY_ASSIGN(const std::string_view bytes, archive.view());
    auto report = unpack_layer(bytes, tree, wants);
    if (!report) {
      return fail(std::move(report).error().wrap("layer " + descriptor.digest));
    }
    total.entries += report->entries;
    total.bytes += report->bytes;
    total.skipped.insert(total.skipped.end(), report->skipped.begin(), report->skipped.end());
  }
  return total;
}

}  // namespace davit::aws::oci
