// SPDX-License-Identifier: Apache-2.0
// What Lambda accepts as documents: one manifest of one platform, Docker's or OCI's throughout, with layers compressed by gzip
// (docs.aws.amazon.com/lambda/latest/dg/images-create.html, "Requirements for container images").
#include <fmt/format.h>

#include "aws/registry/client.hpp"
#include "commands/image/elf.hpp"
#include "commands/image/gate_checks.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;
namespace docker = aws::registry::media_type;
using aws::registry::is_index;
using cli::config::Architecture;

// What containerd, which runs the images, mounts at most.
constexpr std::size_t k_most_layers = 127;

bool is_manifest(std::string_view type)
{
  return type == oci::media_type::k_manifest || type == docker::k_docker_manifest;
}

/// "oci", "docker", or the type itself.
std::string family_of(std::string_view type)
{
  return type.starts_with("application/vnd.oci.") ? "OCI" : type.starts_with("application/vnd.docker.") ? "Docker" : std::string(type);
}

/// The manifest to go on with: of an index the one for Linux on the wanted architecture.
Result<std::optional<oci::Descriptor>> manifest_in(const oci::Layout& layout, const oci::Descriptor& named, const GateRequest& request,
                                                   Findings& findings)
{
  if (!is_index(named.media_type)) {
    return named;
  }
  findings.refuse("manifest-index", "the tag names an index of several manifests, and Lambda takes one manifest", named.digest,
                  "build for one platform and without attestations: docker buildx build --platform linux/amd64 --provenance=false "
                  "--sbom=false; or push one manifest of the index by its digest");
  DAVIT_TRY_ASSIGN(const oci::MappedFile text, layout.read(named));
  DAVIT_TRY_ASSIGN(const auto manifests, oci::parse_index(text.bytes(), "index " + named.digest));
  const std::string wanted = oci_name_of(request.architecture.value_or(Architecture::x86_64));
  const auto fits = [&](const oci::Descriptor& entry) {
    return entry.platform && entry.platform->os == "linux" && entry.platform->architecture == wanted && layout.has(entry);
  };
  const auto found = std::find_if(manifests.begin(), manifests.end(), fits);
  return found == manifests.end() ? std::nullopt : std::optional(*found);
}

void check_families(const oci::Descriptor& named, const oci::Manifest& manifest, Findings& findings)
{
  const std::string family = family_of(named.media_type);
  std::vector<oci::Descriptor> parts = manifest.layers;
  parts.insert(parts.begin(), manifest.config);
  const auto other =
      std::find_if(parts.begin(), parts.end(), [&](const oci::Descriptor& part) { return family_of(part.media_type) != family; });
  if (other != parts.end()) {
    findings.refuse("media-type-family",
                    fmt::format("the manifest is {}'s, and names a part of the type '{}': Lambda takes either family, not both", family,
                                other->media_type),
                    other->digest, "convert the whole image: skopeo copy --format oci");
  }
}

void check_layer_type(const oci::Descriptor& layer, Findings& findings)
{
  const std::string_view type = layer.media_type;
  if (type == oci::media_type::k_layer_gzip || type == docker::k_docker_layer_gzip) {
    return;
  }
  const bool is_foreign = type.find("nondistributable") != std::string_view::npos || type.find("foreign") != std::string_view::npos;
  const bool is_zstd = type.ends_with("zstd");
  const std::string what = is_foreign ? "lies elsewhere, not in the image"
                           : is_zstd  ? "is compressed with zstd"
                                      : "is not compressed with gzip";
  findings.refuse("layer-media-type", fmt::format("the layer {} ('{}'), and Lambda takes gzip layers only", what, type), layer.digest,
                  "compress it anew: docker buildx build --output type=image,compression=gzip,force-compression=true; or skopeo copy "
                  "--dest-compress-format gzip");
}

void check_layers(const oci::Manifest& manifest, Findings& findings)
{
  for (const auto& layer : manifest.layers) {
    check_layer_type(layer, findings);
  }
  if (manifest.layers.empty()) {
    findings.refuse("layer-count", "the image has no layer, and so nothing to start", "", "build it with the files of the handler");
  }
  if (manifest.layers.size() > k_most_layers) {
    findings.refuse("layer-count", fmt::format("the image has {} layers, and {} can be mounted", manifest.layers.size(), k_most_layers), "",
                    "put several steps of the build into one, or squash the layers");
  }
}

bool is_readable(const oci::Descriptor& layer)
{
  const std::string_view type = layer.media_type;
  return type == oci::media_type::k_layer_gzip || type == docker::k_docker_layer_gzip || type == oci::media_type::k_layer;
}

std::optional<Architecture> architecture_of(const oci::ImageConfig& config)
{
  const std::string& name = config.platform.architecture;
  return name == "amd64" ? std::optional(Architecture::x86_64) : name == "arm64" ? std::optional(Architecture::arm64) : std::nullopt;
}

void check_platform(ImageDocuments& documents, const GateRequest& request, Findings& findings)
{
  const auto& platform = documents.config.platform;
  const auto architecture = architecture_of(documents.config);
  documents.architecture = architecture.value_or(request.architecture.value_or(Architecture::x86_64));
  const std::string& config = documents.manifest.config.digest;
  if (platform.os != "linux") {
    findings.refuse("os", fmt::format("the image is for '{}', and Lambda runs Linux", platform.os), config, "build it for linux");
  }
  if (!architecture) {
    findings.refuse("architecture", fmt::format("the image is for '{}', and Lambda has amd64 and arm64", platform.architecture), config,
                    "build it for one of them");
  } else if (request.architecture && *architecture != *request.architecture) {
    findings.refuse("architecture",
                    fmt::format("the image is for {}, and the function for {}", name_of(*architecture), name_of(*request.architecture)),
                    config, "set handler.architecture, or build the image for that architecture");
  }
}

/// What Lambda reads past (same page: ENTRYPOINT, CMD, WORKDIR and ENV count).
void check_ignored_settings(const ImageDocuments& documents, Findings& findings)
{
  const auto& other = documents.config.other_config;
  const auto user = other.find("User");
  if (user != other.end() && user->is_string() && !user->get<std::string>().empty() && *user != "root" && *user != "0") {
    findings.warn("setting-ignored", fmt::format("USER '{}' is ignored: Lambda chooses the user itself", user->get<std::string>()),
                  documents.manifest.config.digest, "make the files readable for everyone instead");
  }
  if (other.contains("Healthcheck")) {
    findings.warn("setting-ignored", "HEALTHCHECK is ignored", documents.manifest.config.digest, "remove it, or use an alarm");
  }
}

Result<ImageDocuments> read_documents(const oci::Layout& layout, const oci::Descriptor& descriptor)
{
  DAVIT_TRY_ASSIGN(const oci::MappedFile manifest, layout.read(descriptor));
  ImageDocuments documents;
  DAVIT_TRY_ASSIGN(documents.manifest, oci::parse_manifest(manifest.bytes(), "manifest " + descriptor.digest));
  DAVIT_TRY_ASSIGN(const oci::MappedFile config, layout.read(documents.manifest.config));
  DAVIT_TRY_ASSIGN(documents.config, oci::parse_config(config.bytes(), "config " + documents.manifest.config.digest));
  return documents;
}

bool is_image_config(std::string_view type)
{
  return type == oci::media_type::k_config || type == docker::k_docker_config;
}

}  // namespace

Result<std::optional<ImageDocuments>> check_documents(const oci::Layout& layout, const oci::Descriptor& named, const GateRequest& request,
                                                      Findings& findings)
{
  DAVIT_TRY_ASSIGN(const auto descriptor, manifest_in(layout, named, request, findings));
  if (!descriptor) {
    return std::nullopt;
  }
  if (!is_manifest(descriptor->media_type)) {
    findings.refuse("manifest-media-type", fmt::format("the manifest has the type '{}'", descriptor->media_type), descriptor->digest,
                    "convert it to Docker's schema 2 or to OCI: skopeo copy --format oci");
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(ImageDocuments documents, read_documents(layout, *descriptor));
  if (!is_image_config(documents.manifest.config.media_type)) {
    findings.refuse("config-media-type",
                    fmt::format("the config has the type '{}': this is no container image", documents.manifest.config.media_type),
                    documents.manifest.config.digest, "name the tag of an image, not of another artifact");
    return std::nullopt;
  }
  check_families(*descriptor, documents.manifest, findings);
  check_layers(documents.manifest, findings);
  check_platform(documents, request, findings);
  check_ignored_settings(documents, findings);
  const auto& layers = documents.manifest.layers;
  const bool is_counted = layers.size() == documents.config.diff_ids.size();
  if (!is_counted) {
    findings.refuse("layer-count",
                    fmt::format("the manifest names {} layers, and the config {}", layers.size(), documents.config.diff_ids.size()),
                    documents.manifest.config.digest, "build the image anew");
  }
  documents.has_readable_layers = is_counted && std::all_of(layers.begin(), layers.end(), is_readable);
  return documents;
}

}  // namespace davit::commands::image
