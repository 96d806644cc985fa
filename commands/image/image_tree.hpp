// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "aws/oci/scratch_file.hpp"
#include "aws/oci/tar_entry.hpp"

namespace davit::commands::image {

/// A file, folder or link of an image, as the topmost layer that has it says.
struct ImageFile {
  aws::oci::EntryType type = aws::oci::EntryType::file;
  std::uint32_t mode = 0;  ///< the twelve permission bits
  std::int64_t mtime = 0;  ///< Unix seconds
  std::string link_target = {};
  std::string_view content = {};  ///< of files; lives as long as the tree
  std::size_t layer = 0;          ///< index of the layer it comes from
};

/// The file system that the layers of an image make together, whiteouts applied (image-spec, layer.md), without writing it out.
class ImageTree
{
public:
  using Files = std::map<std::string, ImageFile, std::less<>>;

  struct Found {
    std::string path;  ///< without links
    const ImageFile* file;
  };

  /// Reads and verifies every layer; `scratch` is where they are uncompressed. A failed error names the layer.
  static Result<ImageTree> read(const aws::oci::Layout& layout, const std::vector<aws::oci::Descriptor>& layers,
                                const std::vector<std::string>& diff_ids, const std::filesystem::path& scratch);

  /// A zip archive, and the folder that it is unzipped into, without a leading slash.
  struct MountedArchive {
    std::string name;  ///< for errors
    std::string_view bytes;
    std::string root;
  };

  /// The file system that Lambda makes of a zip package.
  static Result<ImageTree> unzip(const std::vector<MountedArchive>& archives, const std::filesystem::path& scratch);

  /// By path, relative to the root, without "./" and trailing slashes; folders that no layer names are not among them.
  [[nodiscard]] const Files& files() const { return m_files; }

  /// What stands at an absolute path, links on the way and at its end followed. Nothing for a link that leads nowhere.
  [[nodiscard]] std::optional<Found> find(std::string_view path) const;

  /// The same, with the last name not followed.
  [[nodiscard]] std::optional<Found> find_unfollowed(std::string_view path) const;

  [[nodiscard]] std::uint64_t uncompressed_bytes() const { return m_uncompressed; }

private:
  Status add_layer(std::string_view archive, std::size_t index);
  void apply_whiteout(const std::string& path);
  void put(const aws::oci::TarEntry& entry, std::size_t index);
  void erase_below(const std::string& folder, std::optional<std::size_t> kept_layer);
  [[nodiscard]] std::string without_links(std::string_view folder) const;
  [[nodiscard]] std::string place_of(std::string_view path) const;

  Files m_files;
  std::vector<aws::oci::ScratchFile> m_archives;
  std::uint64_t m_uncompressed = 0;
};

}  // namespace davit::commands::image
