// SPDX-License-Identifier: Apache-2.0
#include "commands/image/layer_cache.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/oci/digest.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

constexpr std::size_t k_most_blobs = 8;
constexpr std::size_t k_most_records = 256;  // some hundred bytes each: of every state of the sources that was built
constexpr std::chrono::hours k_abandoned_after{24};
constexpr std::string_view k_work_prefix = "work-";

bool is_blob(const fs::path& path)
{
  constexpr std::size_t k_hex_digest = 64;
  return path.filename().string().size() == k_hex_digest;
}

bool is_record(const fs::path& path)
{
  return path.extension() == ".json";
}

/// Removes the files of a kind but the newest.
void keep_newest(const fs::path& directory, bool (*is_of_kind)(const fs::path&), std::size_t count)
{
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (is_of_kind(entry.path())) {
      found.emplace_back(entry.last_write_time(error), entry.path());
    }
  }
  std::sort(found.rbegin(), found.rend());
  for (std::size_t i = count; i < found.size(); ++i) {
    fs::remove(found[i].second, error);
  }
}

void remove_abandoned(const fs::path& directory)
{
  std::error_code error;
  const auto oldest = fs::file_time_type::clock::now() - k_abandoned_after;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    if ((name.starts_with(k_work_prefix) || name.starts_with(".scratch-")) && entry.last_write_time(error) < oldest) {
      fs::remove_all(entry.path(), error);
    }
  }
}

}  // namespace

Result<LayerCache> LayerCache::open(const fs::path& directory)
{
  std::error_code error;
  if (fs::create_directories(directory, error); error) {
    return fail(usage_error(fmt::format("cannot make the folder {}: {}", directory.string(), error.message())));
  }
  remove_abandoned(directory);
  return LayerCache{directory};
}

std::optional<CachedLayer> LayerCache::find(const std::string& key) const
{
  const fs::path path = m_directory / (key + ".json");
  const auto text = read_file(path);
  const auto document = text ? parse_json(*text, path.string()) : fail(text.error());
  if (!document) {
    return std::nullopt;
  }
  try {
    oci::Layer layer{
        .descriptor = {.media_type = std::string(oci::media_type::k_layer_gzip), .digest = document->at("digest").get<std::string>()},
        .diff_id = document->at("diffId").get<std::string>()};
    layer.descriptor.size = document->at("size").get<std::uint64_t>();
    CachedLayer cached{.layer = std::move(layer), .notices = document->at("notices").get<std::vector<std::string>>()};
    return oci::digest_hex(cached.layer.descriptor.digest) ? std::optional(std::move(cached)) : std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Status LayerCache::record(const std::string& key, const CachedLayer& cached) const
{
  const auto& descriptor = cached.layer.descriptor;
  const Json document{
      {"digest", descriptor.digest}, {"size", descriptor.size}, {"diffId", cached.layer.diff_id}, {"notices", cached.notices}};
  return write_file(m_directory / (key + ".json"), document.dump());
}

fs::path LayerCache::blob(const oci::Layer& layer) const
{
  return m_directory / layer.descriptor.digest.substr(layer.descriptor.digest.find(':') + 1);
}

bool LayerCache::has_blob(const oci::Layer& layer) const
{
  std::error_code error;
  return fs::file_size(blob(layer), error) == layer.descriptor.size && !error;
}

void LayerCache::prune() const
{
  keep_newest(m_directory, is_blob, k_most_blobs);
  keep_newest(m_directory, is_record, k_most_records);
}

Result<WorkFolder> WorkFolder::create(const fs::path& directory)
{
  std::string path = (directory / (std::string(k_work_prefix) + "XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) {
    return fail(failed_error(fmt::format("cannot make a folder in {}: {}", directory.string(), std::strerror(errno))));
  }
  return WorkFolder{path};
}

WorkFolder::~WorkFolder()
{
  if (!m_path.empty()) {
    std::error_code error;
    fs::remove_all(m_path, error);
  }
}

WorkFolder& WorkFolder::operator=(WorkFolder&& other) noexcept
{
  std::swap(m_path, other.m_path);
  return *this;
}

}  // namespace davit::commands::image
