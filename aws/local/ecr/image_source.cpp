// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/image_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::aws::local::ecr {
namespace {

constexpr std::string_view k_docker_layer = "application/vnd.docker.image.rootfs.diff.tar.gzip";

tl::unexpected<Fault> invalid(const std::string& message)
{
  return refuse("InvalidParameterValueException", message);
}

/// "name:tag@digest" -> name, and the digest before the tag.
struct Named {
  std::string repository;
  std::string version;
};

Named split(std::string_view text)
{
  const std::size_t at = text.find('@');
  const std::string digest(at == std::string_view::npos ? "" : text.substr(at + 1));
  text = text.substr(0, at);
  const std::size_t colon = text.find(':');
  const std::string tag(colon == std::string_view::npos ? "latest" : text.substr(colon + 1));
  return {.repository = std::string(text.substr(0, colon)), .version = digest.empty() ? tag : digest};
}

/// Lambda reads gzip layers alone; a docker-shaped one is the same under another name.
bool take_layers(oci::Manifest& manifest)
{
  for (auto& layer : manifest.layers) {
    if (layer.media_type == k_docker_layer) {
      layer.media_type = oci::media_type::k_layer_gzip;
    }
  }
  return std::all_of(manifest.layers.begin(), manifest.layers.end(),
                     [](const oci::Descriptor& layer) { return layer.media_type == oci::media_type::k_layer_gzip; });
}

}  // namespace

Answer<SourceImage> find_source_image(const Registry& registry, const Owner& owner, const std::string& uri)
{
  const std::string prefix = registry.host() + "/";
  if (!uri.starts_with(prefix)) {
    return invalid(
        fmt::format("Source image {} is not valid. Provide a valid source image. The local AWS takes {}REPOSITORY[:TAG][@DIGEST] and "
                    "oci:/absolute/DIR[:TAG], the layout that `davit image build` writes.",
                    uri, prefix));
  }
  const Named named = split(std::string_view(uri).substr(prefix.size()));
  const auto repository = registry.repository(owner, named.repository);
  const auto stored = repository ? registry.image(*repository, named.version) : tl::unexpected(repository.error());
  if (!stored || !*stored) {
    return invalid(fmt::format("Source image {} does not exist. Provide a valid source image.", uri));
  }
  const auto unsupported =
      invalid(fmt::format("The image manifest, config or layer media type for the source image {} is not supported.", uri));
  if ((*stored)->artifact_media_type.empty()) {
    return unsupported;
  }
  DAVIT_STORED_ASSIGN(auto layout, oci::Layout::open(registry.files().folder()));
  DAVIT_STORED_ASSIGN(const std::string content, registry.files().read((*stored)->digest));
  oci::Image image{.descriptor = {.media_type = (*stored)->media_type, .digest = (*stored)->digest, .size = content.size()}};
  auto manifest = oci::parse_manifest(content, uri);
  if (!manifest || !take_layers(*manifest)) {
    return unsupported;
  }
  image.manifest = std::move(*manifest);
  const auto config_blob = layout.read(image.manifest.config);
  auto config = config_blob ? oci::parse_config(config_blob->bytes(), uri) : fail(config_blob.error());
  if (!config || config->diff_ids.size() != image.manifest.layers.size()) {
    return unsupported;
  }
  image.config = std::move(*config);
  return SourceImage{.layout = std::move(layout), .image = std::move(image)};
}

}  // namespace davit::aws::local::ecr
