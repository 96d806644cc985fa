// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/layout.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/scratch_file.hpp"

namespace davit::aws::oci {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_layout_file = R"({"imageLayoutVersion":"1.0.0"})";
constexpr std::string_view k_default_tag = "latest";

std::string tag_of(const Descriptor& descriptor)
{
  const auto found = descriptor.annotations.find(std::string(k_ref_name));
  return found == descriptor.annotations.end() ? std::string{} : found->second;
}

Error io_error(std::string_view doing, const fs::path& path, const std::error_code& error)
{
  return failed_error(fmt::format("cannot {} {}: {}", doing, path.string(), error.message()));
}

Status make_folders(const fs::path& path)
{
  std::error_code error;
  fs::create_directories(path, error);
  return error ? fail(io_error("create", path, error)) : Status{};
}

bool is_config_of(const ImageConfig& config, const Manifest& manifest)
{
  return config.diff_ids.size() == manifest.layers.size();
}

Descriptor descriptor_for(std::string_view media_type, std::string_view content)
{
  return {.media_type = std::string(media_type), .digest = digest_of(content), .size = content.size()};
}

Manifest manifest_of(const ImageConfig& config, std::vector<Descriptor> layers, const Annotations& annotations)
{
  return {.config = descriptor_for(media_type::k_config, to_text(config)), .layers = std::move(layers), .annotations = annotations};
}

/// Under the lock no other writer is at work, so that a scratch file is one that a killed writer left.
Status remove_all_but(const std::set<std::string>& needed, const fs::path& blobs)
{
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(blobs, error)) {
    if (!needed.contains(entry.path().filename())) {
      fs::remove(entry.path(), error);
    }
  }
  return error ? fail(io_error("clean up", blobs, error)) : Status{};
}

}  // namespace

std::string LayoutReference::to_string() const
{
  return tag.empty() ? directory.string() : directory.string() + ":" + tag;
}

LayoutLock::~LayoutLock()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

LayoutLock& LayoutLock::operator=(LayoutLock&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  return *this;
}

Result<LayoutReference> parse_layout_reference(std::string_view text)
{
  const std::string_view whole = text;
  if (text.starts_with("oci:")) {
    text.remove_prefix(4);
  }
  const std::size_t colon = text.rfind(':');
  const bool tagged = colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos;
  LayoutReference reference{.directory = std::string(tagged ? text.substr(0, colon) : text),
                            .tag = std::string(tagged ? text.substr(colon + 1) : "")};
  if (reference.directory.empty() || (tagged && reference.tag.empty())) {
    return fail(usage_error(fmt::format("'{}' is no image layout", whole), "expected oci:DIR or oci:DIR:TAG"));
  }
  return reference;
}

Result<Layout> Layout::open(const fs::path& directory)
{
  const fs::path marker = directory / "oci-layout";
  std::error_code error;
  if (!fs::exists(marker, error)) {
    return fail(not_found_error(fmt::format("{} holds no image layout (there is no oci-layout file)", directory.string())));
  }
  DAVIT_TRY_ASSIGN(const std::string text, read_file(marker));
  DAVIT_TRY_ASSIGN(const Json document, parse_json(text, marker.string()));
  const std::string version = document.is_object() ? document.value("imageLayoutVersion", Json{}).dump() : "";
  if (!version.starts_with("\"1.")) {
    return fail(failed_error(fmt::format("{} has the layout version {}; davit reads 1.x", marker.string(), version)));
  }
  return Layout{directory};
}

Result<Layout> Layout::create(const fs::path& directory)
{
  std::error_code error;
  if (fs::exists(directory / "oci-layout", error)) {
    return open(directory);
  }
  if (fs::exists(directory, error) && !fs::is_empty(directory, error) && !fs::exists(directory / "blobs", error)) {
    return fail(usage_error(fmt::format("{} is neither empty nor an image layout", directory.string()), "name another folder"));
  }
  Layout layout{directory};
  DAVIT_TRY(make_folders(layout.blobs()));
  DAVIT_TRY_ASSIGN(const LayoutLock lock, layout.lock());
  // Another writer may have been faster.
  if (!fs::exists(directory / "oci-layout", error)) {
    DAVIT_TRY(write_file(directory / "index.json", to_text(std::vector<Descriptor>{})));
    DAVIT_TRY(write_file(directory / "oci-layout", k_layout_file));
  }
  return layout;
}

Result<fs::path> Layout::path_of(const std::string& digest) const
{
  DAVIT_TRY_ASSIGN(const std::string hex, digest_hex(digest));
  return blobs() / hex;
}

Result<LayoutLock> Layout::lock() const
{
  // The folder itself, because its files are replaced, and a lock on one would not be seen by who opens the next.
  LayoutLock lock{::open(m_directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (lock.fd() < 0) {
    return fail(failed_error(fmt::format("cannot open {}: {}", m_directory.string(), std::strerror(errno))));
  }
  while (::flock(lock.fd(), LOCK_EX) != 0) {
    if (errno != EINTR) {
      return fail(failed_error(fmt::format("cannot lock {}: {}", m_directory.string(), std::strerror(errno))));
    }
    if (interrupted() != 0) {
      return fail({.kind = ErrorKind::cancelled,
                   .message = fmt::format("interrupted while waiting for another writer of {}", m_directory.string())});
    }
  }
  return lock;
}

bool Layout::has(const Descriptor& descriptor) const
{
  const auto path = path_of(descriptor.digest);
  std::error_code error;
  return path && fs::file_size(*path, error) == descriptor.size && !error;
}

Result<std::vector<Descriptor>> Layout::index() const
{
  const fs::path path = m_directory / "index.json";
  DAVIT_TRY_ASSIGN(const std::string text, read_file(path));
  return parse_index(text, path.string());
}

Result<std::vector<std::string>> Layout::tags() const
{
  DAVIT_TRY_ASSIGN(const auto descriptors, index());
  std::vector<std::string> tags;
  std::transform(descriptors.begin(), descriptors.end(), std::back_inserter(tags), tag_of);
  return tags;
}

Result<Descriptor> Layout::choose(const std::string& tag) const
{
  DAVIT_TRY_ASSIGN(const auto descriptors, index());
  if (tag.empty() && descriptors.size() == 1) {
    return descriptors.front();
  }
  const std::string wanted = tag.empty() ? std::string(k_default_tag) : tag;
  const auto found = std::find_if(descriptors.begin(), descriptors.end(), [&](const Descriptor& entry) { return tag_of(entry) == wanted; });
  if (found != descriptors.end()) {
    return *found;
  }
  DAVIT_TRY_ASSIGN(const auto existing, tags());
  const std::string hint = existing.empty() ? "it holds no image yet" : fmt::format("it holds: {}", fmt::join(existing, ", "));
  return fail(not_found_error(fmt::format("the layout {} has no image '{}'", m_directory.string(), wanted), hint));
}

Result<Descriptor> Layout::choose_platform(Descriptor descriptor, std::string_view architecture) const
{
  if (descriptor.media_type != media_type::k_index) {
    return descriptor;
  }
  DAVIT_TRY_ASSIGN(const MappedFile file, read(descriptor));
  DAVIT_TRY_ASSIGN(const auto descriptors, parse_index(file.bytes(), descriptor.digest));
  const auto fits = [&](const Descriptor& entry) {
    return entry.platform && entry.platform->os == "linux" && entry.platform->architecture == architecture;
  };
  const auto found = std::find_if(descriptors.begin(), descriptors.end(), fits);
  if (found == descriptors.end()) {
    return fail(not_found_error(fmt::format("the image {} has no variant for linux/{}", descriptor.digest, architecture)));
  }
  return *found;
}

Result<Image> Layout::find(const std::string& tag, std::string_view architecture) const
{
  DAVIT_TRY_ASSIGN(Descriptor descriptor, choose(tag));
  DAVIT_TRY_ASSIGN(descriptor, choose_platform(descriptor, architecture));
  return read_image(descriptor);
}

Result<Image> Layout::read_image(const Descriptor& descriptor) const
{
  if (descriptor.media_type != media_type::k_manifest) {
    return fail(failed_error(fmt::format("{} has the media type '{}', which no OCI layout holds", descriptor.digest, descriptor.media_type),
                             "copy it with skopeo copy --format oci"));
  }
  Image image{.descriptor = descriptor};
  DAVIT_TRY_ASSIGN(const MappedFile manifest, read(descriptor));
  DAVIT_TRY_ASSIGN(image.manifest, parse_manifest(manifest.bytes(), "manifest " + descriptor.digest));
  DAVIT_TRY_ASSIGN(const MappedFile config, read(image.manifest.config));
  DAVIT_TRY_ASSIGN(image.config, parse_config(config.bytes(), "config " + image.manifest.config.digest));
  if (!is_config_of(image.config, image.manifest)) {
    return fail(failed_error(fmt::format("image {} has {} layers, but its config names {}", descriptor.digest, image.manifest.layers.size(),
                                         image.config.diff_ids.size())));
  }
  return image;
}

Result<MappedFile> Layout::read(const Descriptor& descriptor) const
{
  DAVIT_TRY_ASSIGN(const fs::path path, path_of(descriptor.digest));
  std::error_code error;
  if (!fs::exists(path, error)) {
    return fail(failed_error(fmt::format("blob {} is missing from {}", descriptor.digest, m_directory.string())));
  }
  DAVIT_TRY_ASSIGN(MappedFile file, MappedFile::open(path));
  if (file.bytes().size() != descriptor.size) {
    return fail(failed_error(fmt::format("blob {} has {} bytes, not {}", descriptor.digest, file.bytes().size(), descriptor.size)));
  }
  if (const std::string actual = digest_of(file.bytes()); actual != descriptor.digest) {
    return fail(failed_error(fmt::format("blob {} is damaged: its content has the digest {}", descriptor.digest, actual)));
  }
  return file;
}

Status Layout::adopt(const fs::path& source, const Descriptor& descriptor, Existing existing) const
{
  if (existing == Existing::keep && has(descriptor)) {
    return {};
  }
  DAVIT_TRY_ASSIGN(const MappedFile file, MappedFile::open(source));
  if (const std::string actual = digest_of(file.bytes()); actual != descriptor.digest) {
    return fail(failed_error(fmt::format("blob {} is damaged: its content has the digest {}", source.string(), actual)));
  }
  DAVIT_TRY_ASSIGN(const fs::path target, path_of(descriptor.digest));
  std::error_code error;
  fs::remove(target, error);
  fs::create_hard_link(source, target, error);
  if (error) {
    DAVIT_TRY_ASSIGN(ScratchFile copy, ScratchFile::create(blobs()));
    DAVIT_TRY(copy.append(file.bytes()));
    return copy.keep_as(target);
  }
  return {};
}

Result<Descriptor> Layout::write(std::string_view media_type, std::string_view content) const
{
  Descriptor descriptor = descriptor_for(media_type, content);
  if (!has(descriptor)) {
    DAVIT_TRY_ASSIGN(const fs::path path, path_of(descriptor.digest));
    DAVIT_TRY_ASSIGN(ScratchFile file, ScratchFile::create(blobs()));
    DAVIT_TRY(file.append(content));
    DAVIT_TRY(file.keep_as(path));
  }
  return descriptor;
}

std::string Layout::digest_of_image(const ImageConfig& config, const std::vector<Descriptor>& layers, const Annotations& annotations)
{
  return digest_of(to_text(manifest_of(config, layers, annotations)));
}

Result<Descriptor> Layout::put(const std::string& tag, const ImageConfig& config, std::vector<Descriptor> layers,
                               const Annotations& annotations)
{
  for (const auto& layer : layers) {
    if (!has(layer)) {
      return fail(failed_error(fmt::format("layer {} is not in {}", layer.digest, m_directory.string())));
    }
  }
  const Manifest manifest = manifest_of(config, std::move(layers), annotations);
  DAVIT_TRY(write(media_type::k_config, to_text(config)));
  DAVIT_TRY_ASSIGN(Descriptor descriptor, write(media_type::k_manifest, to_text(manifest)));
  descriptor.platform = config.platform;
  descriptor.annotations[std::string(k_ref_name)] = tag;
  DAVIT_TRY_ASSIGN(auto descriptors, index());
  std::erase_if(descriptors, [&](const Descriptor& entry) { return tag_of(entry) == tag; });
  descriptors.push_back(descriptor);
  std::sort(descriptors.begin(), descriptors.end(), [](const Descriptor& a, const Descriptor& b) { return tag_of(a) < tag_of(b); });
  DAVIT_TRY(write_file(m_directory / "index.json", to_text(descriptors)));
  return descriptor;
}

Status Layout::prune() const
{
  DAVIT_TRY_ASSIGN(const auto descriptors, index());
  std::set<std::string> needed;
  for (const auto& descriptor : descriptors) {
    const auto image = read_image(descriptor);
    if (!image) {
      return {};
    }
    std::vector<Descriptor> blobs_of_image = image->manifest.layers;
    blobs_of_image.insert(blobs_of_image.end(), {descriptor, image->manifest.config});
    for (const auto& blob : blobs_of_image) {
      DAVIT_TRY_ASSIGN(const std::string hex, digest_hex(blob.digest));
      needed.insert(hex);
    }
  }
  return remove_all_but(needed, blobs());
}

}  // namespace davit::aws::oci
