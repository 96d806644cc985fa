// SPDX-License-Identifier: Apache-2.0
#include "commands/image/push_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/oci/digest.hpp"
#include "aws/registry/client.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;
namespace docker = aws::registry::media_type;

OrderedJson descriptor_json(std::string_view media_type, const oci::Descriptor& descriptor)
{
  return {{"mediaType", media_type}, {"size", descriptor.size}, {"digest", descriptor.digest}};
}

/// https://distribution.github.io/distribution/spec/manifest-v2-2/
Result<std::string> docker_manifest(const oci::Manifest& manifest)
{
  OrderedJson document{{"schemaVersion", 2}, {"mediaType", docker::k_docker_manifest}};
  document["config"] = descriptor_json(docker::k_docker_config, manifest.config);
  document["layers"] = OrderedJson::array();
  for (const auto& layer : manifest.layers) {
    if (layer.media_type != oci::media_type::k_layer_gzip) {
      return fail(
          failed_error(fmt::format("layer {} has the media type '{}', which Docker's format does not have", layer.digest, layer.media_type),
                       "push it as --format oci, or build the image with gzip layers"));
    }
    document["layers"].push_back(descriptor_json(docker::k_docker_layer_gzip, layer));
  }
  return document.dump();
}

std::vector<PushedBlob> blobs_of(const oci::Image& image)
{
  std::vector<std::string> kinds;
  for (const auto& entry : image.config.history) {
    if (!entry.empty_layer) {
      kinds.push_back(entry.comment.empty() ? "layer" : entry.comment);
    }
  }
  kinds.resize(image.manifest.layers.size(), "layer");
  std::vector<PushedBlob> blobs;
  const auto add = [&blobs](const oci::Descriptor& descriptor, std::string kind) {
    const auto same = [&](const PushedBlob& blob) { return blob.descriptor.digest == descriptor.digest; };
    if (std::none_of(blobs.begin(), blobs.end(), same)) {
      blobs.push_back({.descriptor = descriptor, .kind = std::move(kind)});
    }
  };
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    add(image.manifest.layers[i], kinds[i]);
  }
  add(image.manifest.config, "config");
  return blobs;
}

}  // namespace

Result<PushedImage> open_pushed_image(const oci::LayoutReference& reference, ManifestFormat format)
{
  auto layout = oci::Layout::open(reference.directory);
  if (!layout) {
    return fail(std::move(layout).error().with_hint("build one with: davit image build"));
  }
  DAVIT_TRY_ASSIGN(const oci::Image image, layout->find(reference.tag));
  for (const auto& layer : image.manifest.layers) {
    if (!layout->has(layer)) {
      return fail(failed_error(fmt::format("layer {} is missing from {}", layer.digest, reference.directory.string()),
                               "make it again: davit image build --refresh; or copy the layout anew"));
    }
  }
  PushedImage out{.layout = std::move(*layout),
                  .digest = image.descriptor.digest,
                  .media_type = image.descriptor.media_type,
                  .manifest = {},
                  .blobs = blobs_of(image)};
  if (format == ManifestFormat::docker) {
    DAVIT_TRY_ASSIGN(out.manifest, docker_manifest(image.manifest));
    out.media_type = docker::k_docker_manifest;
    out.digest = oci::digest_of(out.manifest);
    return out;
  }
  DAVIT_TRY_ASSIGN(const oci::MappedFile file, out.layout.read(image.descriptor));
  out.manifest = std::string(file.bytes());
  return out;
}

}  // namespace davit::commands::image
