// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/referrers.hpp"

#include "aws/core/json_members.hpp"

namespace davit::aws::local::ecr {
namespace {

Json document_of(std::string_view manifest)
{
  auto document = parse_json(manifest, "the manifest");
  return document && document->is_object() ? std::move(*document) : Json::object();
}

/// Its own, else the media type of its config.
std::string artifact_type_of(const Json& manifest)
{
  const std::string own = text_member(manifest, "artifactType");
  return own.empty() ? text_member(object_member(manifest, "config"), "mediaType") : own;
}

Json descriptor_of(const StoredImage& image, const Json& manifest, std::size_t size)
{
  Json out = {{"mediaType", image.media_type}, {"digest", image.digest}, {"size", size}};
  if (const std::string type = artifact_type_of(manifest); !type.empty()) {
    out["artifactType"] = type;
  }
  if (const Json& annotations = object_member(manifest, "annotations"); !annotations.empty()) {
    out["annotations"] = annotations;
  }
  return out;
}

}  // namespace

std::string subject_of(std::string_view manifest)
{
  const Json document = document_of(manifest);
  return text_member(object_member(document, "subject"), "digest");
}

Answer<Json> referrers_of(const Registry& registry, const Repository& repository, const std::string& digest,
                          const std::string& artifact_type)
{
  std::vector<StoredImage> images;
  {
    DAVIT_STORED_ASSIGN(const auto transaction, registry.database().read_briefly());
    DAVIT_STORED_ASSIGN(images, load_images(*transaction, repository));
  }
  Json manifests = Json::array();
  for (const auto& image : images) {
    DAVIT_STORED_ASSIGN(const auto content, registry.files().read(image.digest));
    const Json manifest = document_of(content);
    const bool is_meant = artifact_type.empty() || artifact_type_of(manifest) == artifact_type;
    if (is_meant && text_member(object_member(manifest, "subject"), "digest") == digest) {
      manifests.push_back(descriptor_of(image, manifest, content.size()));
    }
  }
  return Json{{"schemaVersion", 2}, {"mediaType", "application/vnd.oci.image.index.v1+json"}, {"manifests", std::move(manifests)}};
}

}  // namespace davit::aws::local::ecr
