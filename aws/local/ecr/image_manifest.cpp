// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/image_manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "aws/core/json_members.hpp"
#include "aws/oci/digest.hpp"

namespace davit::aws::local::ecr {
namespace {

constexpr std::array<std::string_view, 2> k_images{"application/vnd.oci.image.manifest.v1+json",
                                                   "application/vnd.docker.distribution.manifest.v2+json"};
constexpr std::array<std::string_view, 2> k_indexes{"application/vnd.oci.image.index.v1+json",
                                                    "application/vnd.docker.distribution.manifest.list.v2+json"};

bool is_one_of(const std::array<std::string_view, 2>& list, std::string_view type)
{
  return std::find(list.begin(), list.end(), type) != list.end();
}

tl::unexpected<Fault> invalid(std::string_view why)
{
  return refuse("InvalidParameterException", fmt::format("Invalid parameter at 'ImageManifest' failed to satisfy constraint: '{}'", why));
}

Answer<ManifestReference> reference_of(const Json& descriptor)
{
  const std::string digest = text_member(descriptor, "digest");
  const auto size = integer_member(descriptor, "size");
  if (!oci::digest_hex(digest) || !size || *size < 0) {
    return invalid("every descriptor needs a sha256 digest and a size");
  }
  return ManifestReference{.digest = digest, .size = *size};
}

Answer<std::vector<ManifestReference>> references_of(const Json& list)
{
  std::vector<ManifestReference> out;
  for (const auto& descriptor : list) {
    DAVIT_ANSWER_ASSIGN(auto reference, reference_of(descriptor));
    out.push_back(std::move(reference));
  }
  return out;
}

/// Older OCI manifests name no media type: their members tell.
std::string own_type_of(const Json& document)
{
  const std::string named = text_member(document, "mediaType");
  const bool is_index = document.contains("manifests");
  return !named.empty() ? named : std::string(is_index ? k_indexes.front() : k_images.front());
}

}  // namespace

bool ImageManifest::is_index() const
{
  return is_one_of(k_indexes, media_type);
}

Answer<ImageManifest> read_manifest(std::string_view text, const std::string& media_type)
{
  const auto document = parse_json(text, "the manifest");
  if (!document || !document->is_object()) {
    return invalid("Invalid JSON syntax");
  }
  const std::string own = own_type_of(*document);
  ImageManifest out{.media_type = media_type.empty() ? own : media_type};
  if (integer_member(*document, "schemaVersion") != 2 || (!is_one_of(k_images, out.media_type) && !out.is_index())) {
    return invalid("the manifest must be an image or an index of Docker's schema 2 or of the OCI");
  }
  if (document->contains("mediaType") && own != out.media_type) {
    return invalid("mediaType in manifest should be '" + out.media_type + "' not '" + own + "'");
  }
  if (out.is_index()) {
    DAVIT_ANSWER_ASSIGN(out.manifests, references_of(array_member(*document, "manifests")));
    return out;
  }
  const Json& config = object_member(*document, "config");
  out.artifact_media_type = text_member(config, "mediaType");
  DAVIT_ANSWER_ASSIGN(auto first, reference_of(config));
  DAVIT_ANSWER_ASSIGN(out.blobs, references_of(array_member(*document, "layers")));
  out.blobs.insert(out.blobs.begin(), std::move(first));
  return out;
}

}  // namespace davit::aws::local::ecr
