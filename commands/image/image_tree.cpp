// SPDX-License-Identifier: Apache-2.0
#include "commands/image/image_tree.hpp"

#include "aws/oci/layer.hpp"
#include "aws/oci/tar_reader.hpp"
#include "aws/zip/reader.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;

constexpr std::string_view k_deletion = ".wh.";
constexpr std::string_view k_opaque_folder = ".wh..wh..opq";
// As the kernel: more links than this are a circle.
constexpr int k_most_links = 40;

std::string_view last_name(std::string_view path)
{
  return path.substr(path.rfind('/') + 1);
}

std::string_view folder_part(std::string_view path)
{
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string joined(std::string_view folder, std::string_view name)
{
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

/// The names of a path, without empty ones and ".".
std::vector<std::string_view> names_of(std::string_view path)
{
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, slash);
    if (!name.empty() && name != ".") {
      names.push_back(name);
    }
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return names;
}

}  // namespace

Result<ImageTree> ImageTree::read(const oci::Layout& layout, const std::vector<oci::Descriptor>& layers,
                                  const std::vector<std::string>& diff_ids, const std::filesystem::path& scratch)
{
  ImageTree tree;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    DAVIT_TRY_ASSIGN(const oci::MappedFile blob, layout.read(layers[i]));
    DAVIT_TRY_ASSIGN(oci::ScratchFile archive, oci::read_layer(blob.bytes(), layers[i], diff_ids.at(i), scratch));
    DAVIT_TRY_ASSIGN(const std::string_view bytes, archive.view());
    tree.m_uncompressed += bytes.size();
    // The mapping stays where it is when its owner moves.
    tree.m_archives.push_back(std::move(archive));
    auto added = tree.add_layer(bytes, i);
    if (!added) {
      return fail(std::move(added).error().wrap("layer " + layers[i].digest));
    }
  }
  return tree;
}

Result<ImageTree> ImageTree::unzip(const std::vector<MountedArchive>& archives, const std::filesystem::path& scratch)
{
  // A package that is too large for Lambda can be looked at all the same.
  constexpr std::uint64_t k_most_bytes = oci::k_most_layer_bytes;
  ImageTree tree;
  for (std::size_t i = 0; i < archives.size(); ++i) {
    auto unzipped = aws::zip::unzip(archives[i].bytes, scratch, k_most_bytes);
    if (!unzipped) {
      return fail(std::move(unzipped).error().wrap(archives[i].name));
    }
    for (auto& entry : unzipped->entries) {
      entry.path = joined(archives[i].root, entry.path);
      tree.m_uncompressed += entry.content.size();
      tree.put(entry, i);
    }
    tree.m_archives.push_back(std::move(unzipped->content));
  }
  return tree;
}

Status ImageTree::add_layer(std::string_view archive, std::size_t index)
{
  std::vector<oci::TarEntry> entries;
  oci::TarReader reader(archive);
  while (true) {
    DAVIT_TRY_ASSIGN(auto entry, reader.next());
    if (!entry) {
      break;
    }
    // Whiteouts hide what the layers below have, wherever they stand in the archive.
    if (last_name(entry->path).starts_with(k_deletion)) {
      apply_whiteout(entry->path);
    } else {
      entries.push_back(std::move(*entry));
    }
  }
  for (const auto& entry : entries) {
    put(entry, index);
  }
  return {};
}

void ImageTree::apply_whiteout(const std::string& path)
{
  const std::string folder = without_links(folder_part(path));
  const std::string_view name = last_name(path);
  if (name == k_opaque_folder) {
    erase_below(folder, std::nullopt);
    return;
  }
  const std::string hidden = joined(folder, name.substr(k_deletion.size()));
  erase_below(hidden, std::nullopt);
  m_files.erase(hidden);
}

void ImageTree::put(const oci::TarEntry& entry, std::size_t index)
{
  const std::string path = place_of(entry.path);
  if (path.empty()) {
    return;
  }
  ImageFile file{.type = entry.type,
                 .mode = entry.mode,
                 .mtime = entry.mtime,
                 .link_target = entry.link_target,
                 .content = entry.content,
                 .layer = index};
  if (entry.type == oci::EntryType::hard_link) {
    const auto target = m_files.find(place_of(entry.link_target));
    if (target == m_files.end()) {
      return;
    }
    file = target->second;
    file.layer = index;
  }
  if (file.type != oci::EntryType::directory) {
    erase_below(path, index);
  }
  m_files.insert_or_assign(path, std::move(file));
}

void ImageTree::erase_below(const std::string& folder, std::optional<std::size_t> kept_layer)
{
  const std::string prefix = folder.empty() ? "" : folder + "/";
  for (auto file = m_files.lower_bound(prefix); file != m_files.end() && file->first.starts_with(prefix);) {
    file = file->second.layer == kept_layer ? std::next(file) : m_files.erase(file);
  }
}

std::string ImageTree::place_of(std::string_view path) const
{
  const auto names = names_of(path);
  if (names.empty()) {
    return {};
  }
  const auto last = static_cast<std::size_t>(names.back().data() - path.data());
  return joined(without_links(path.substr(0, last)), names.back());
}

std::string ImageTree::without_links(std::string_view folder) const
{
  std::string out;
  std::vector<std::string> left;
  const auto push = [&](std::string_view path) {
    const auto names = names_of(path);
    left.insert(left.end(), names.rbegin(), names.rend());
  };
  push(folder);
  for (int links = 0; !left.empty() && links < k_most_links;) {
    const std::string name = std::move(left.back());
    left.pop_back();
    if (name == "..") {
      out = folder_part(out);
      continue;
    }
    const std::string path = joined(out, name);
    const auto file = m_files.find(path);
    if (file == m_files.end() || file->second.type != oci::EntryType::symlink) {
      out = path;
      continue;
    }
    ++links;
    out = file->second.link_target.starts_with('/') ? "" : out;
    push(file->second.link_target);
  }
  return out;
}

std::optional<ImageTree::Found> ImageTree::find(std::string_view path) const
{
  const auto file = m_files.find(without_links(path));
  if (file == m_files.end() || file->second.type == oci::EntryType::symlink) {
    return std::nullopt;
  }
  return Found{.path = "/" + file->first, .file = &file->second};
}

std::optional<ImageTree::Found> ImageTree::find_unfollowed(std::string_view path) const
{
  const auto file = m_files.find(place_of(path));
  return file == m_files.end() ? std::nullopt : std::optional(Found{.path = "/" + file->first, .file = &file->second});
}

}  // namespace davit::commands::image
