// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/layer.hpp"

namespace davit::commands::image {

/// A layer, and what there was to say when it was made.
struct CachedLayer {
  aws::oci::Layer layer;
  std::vector<std::string> notices;
};

/// Layers by what they were made from, in a folder of `.davit/cache`. A record is a small file named by its key; blobs lie beside.
class LayerCache
{
public:
  /// Makes the folder when it is not there, and clears away what killed builds left behind.
  static Result<LayerCache> open(const std::filesystem::path& directory);

  /// Looks only: the folder need not be there, and then holds nothing.
  static LayerCache view(const std::filesystem::path& directory) { return LayerCache{directory}; }

  [[nodiscard]] const std::filesystem::path& directory() const { return m_directory; }

  /// The layer recorded under a key, if any. Its blob need not be here: see has_blob().
  [[nodiscard]] std::optional<CachedLayer> find(const std::string& key) const;
  Status record(const std::string& key, const CachedLayer& cached) const;

  [[nodiscard]] std::filesystem::path blob(const aws::oci::Layer& layer) const;
  [[nodiscard]] bool has_blob(const aws::oci::Layer& layer) const;

  /// Removes all blobs and records but the newest.
  void prune() const;

private:
  explicit LayerCache(std::filesystem::path directory) : m_directory(std::move(directory)) {}

  std::filesystem::path m_directory;
};

/// A folder for one build that goes away with the object.
class WorkFolder
{
public:
  static Result<WorkFolder> create(const std::filesystem::path& directory);

  ~WorkFolder();
  WorkFolder(WorkFolder&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
  WorkFolder& operator=(WorkFolder&& other) noexcept;

  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
  explicit WorkFolder(std::filesystem::path path) : m_path(std::move(path)) {}

  std::filesystem::path m_path;
};

}  // namespace davit::commands::image
