// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/image.hpp"
#include "aws/oci/mapped_file.hpp"

namespace davit::aws::oci {

/// "oci:DIR[:TAG]", or the same without "oci:". The part after the last colon is a tag when it holds no slash.
struct LayoutReference {
  std::filesystem::path directory;
  std::string tag;  ///< empty when none was named

  [[nodiscard]] std::string to_string() const;
};

Result<LayoutReference> parse_layout_reference(std::string_view text);

/// An image of a layout, its documents read and verified.
struct Image {
  Descriptor descriptor;
  Manifest manifest;
  ImageConfig config;
};

/// Keeps other writers of a layout waiting while it lives.
class LayoutLock
{
public:
  explicit LayoutLock(int fd) : m_fd(fd) {}
  ~LayoutLock();
  LayoutLock(LayoutLock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  LayoutLock& operator=(LayoutLock&& other) noexcept;

  [[nodiscard]] int fd() const { return m_fd; }

private:
  int m_fd;
};

/// A folder of blobs and an index (image-spec, image-layout.md). Blobs are named by their content and never change; the index is replaced
/// in one step after every blob it names is in place, so that an interrupted writer leaves the old images whole.
class Layout
{
public:
  /// An existing layout. Not found when the folder holds none.
  static Result<Layout> open(const std::filesystem::path& directory);

  /// Opens the layout, or makes an empty one where nothing is. Refuses a folder that holds other things.
  static Result<Layout> create(const std::filesystem::path& directory);

  [[nodiscard]] const std::filesystem::path& directory() const { return m_directory; }

  /// blobs/sha256, where write_layer() may put layers.
  [[nodiscard]] std::filesystem::path blobs() const { return m_directory / "blobs" / "sha256"; }

  /// Where a blob is, or would be.
  [[nodiscard]] Result<std::filesystem::path> path_of(const std::string& digest) const;

  /// True when a blob of that digest and size is there. Its content is not read.
  [[nodiscard]] bool has(const Descriptor& descriptor) const;

  /// The tags of the index, in its order; an image without one is an empty string.
  [[nodiscard]] Result<std::vector<std::string>> tags() const;

  /// What a tag names, as the index says it: an image, or an index of several. Chosen and refused as by find().
  [[nodiscard]] Result<Descriptor> choose(const std::string& tag) const;

  /// The image with this tag; without a tag the only one, or "latest". Of an index of several platforms, Linux on `architecture`. Verifies
  /// manifest and config, not the layers. Not found lists the tags that exist.
  [[nodiscard]] Result<Image> find(const std::string& tag, std::string_view architecture = "amd64") const;

  /// The blob, its size and digest verified. A failed error names the blob.
  [[nodiscard]] Result<MappedFile> read(const Descriptor& descriptor) const;

  /// To be held from the first blob that is written to the index that names it; readers need none. Waits; cancelled when interrupted.
  [[nodiscard]] Result<LayoutLock> lock() const;

  /// Takes a blob over from another place on the disk, verified, by a hard link where it can. One of that digest and size that is there
  /// already is kept without a look at its content, or replaced.
  enum class Existing { keep, replace };
  Status adopt(const std::filesystem::path& source, const Descriptor& descriptor, Existing existing) const;

  /// The digest that put() would give an image.
  [[nodiscard]] static std::string digest_of_image(const ImageConfig& config, const std::vector<Descriptor>& layers,
                                                   const Annotations& annotations = {});

  /// Writes config and manifest, then the index with `tag` pointing to them. Every layer must be there.
  Result<Descriptor> put(const std::string& tag, const ImageConfig& config, std::vector<Descriptor> layers,
                         const Annotations& annotations = {});

  /// Removes the blobs that no image of the index needs, and what killed writers left behind; to be called under the lock. Does nothing
  /// when the index holds something else than plain images.
  Status prune() const;

private:
  explicit Layout(std::filesystem::path directory) : m_directory(std::move(directory)) {}

  [[nodiscard]] Result<std::vector<Descriptor>> index() const;
  [[nodiscard]] Result<Descriptor> choose_platform(Descriptor descriptor, std::string_view architecture) const;
  [[nodiscard]] Result<Image> read_image(const Descriptor& descriptor) const;
  Result<Descriptor> write(std::string_view media_type, std::string_view content) const;

  std::filesystem::path m_directory;
};

}  // namespace davit::aws::oci
