// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "aws/local/ecr/ecr_input.hpp"
#include "aws/local/ecr/ecr_operations.hpp"
#include "aws/local/ecr/registry_path.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::ecr {
namespace {

Json failure(const ImageId& id, const char* code, const std::string& reason)
{
  return {{"imageId", id.to_json()}, {"failureCode", code}, {"failureReason", reason}};
}

/// The image that an id names, or why it names none.
struct Found {
  std::optional<StoredImage> image;
  Json failure;
};

Answer<Found> find(const Registry& registry, const Repository& repository, const ImageId& id)
{
  if (id.version().empty()) {
    return Found{.image = {},
                 .failure = failure(id, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null")};
  }
  DAVIT_ANSWER_ASSIGN(auto image, registry.image(repository, id.version()));
  if (!image) {
    return Found{.image = {}, .failure = failure(id, "ImageNotFound", "Requested image not found")};
  }
  const bool fits = id.digest.empty() || id.tag.empty() || std::find(image->tags.begin(), image->tags.end(), id.tag) != image->tags.end();
  if (!fits) {
    return Found{.image = {}, .failure = failure(id, "ImageTagDoesNotMatchDigest", "The tag does not match the digest")};
  }
  return Found{.image = std::move(image), .failure = {}};
}

Answer<Json> document_of(const Registry& registry, const Repository& repository, const StoredImage& image, const std::string& tag)
{
  DAVIT_STORED_ASSIGN(const auto manifest, registry.files().read(image.digest));
  return Json{{"registryId", repository.owner.account},
              {"repositoryName", repository.name},
              {"imageId", ImageId{.digest = image.digest, .tag = tag}.to_json()},
              {"imageManifest", manifest},
              {"imageManifestMediaType", image.media_type}};
}

Json detail_of(const Repository& repository, const StoredImage& image)
{
  Json out = {{"registryId", repository.owner.account},
              {"repositoryName", repository.name},
              {"imageDigest", image.digest},
              {"imageSizeInBytes", image.size},
              {"imagePushedAt", seconds_of(image.pushed_ms)},
              {"imageManifestMediaType", image.media_type}};
  if (!image.tags.empty()) {
    out["imageTags"] = image.tags;
  }
  if (!image.artifact_media_type.empty()) {
    out["artifactMediaType"] = image.artifact_media_type;
  }
  return out;
}

/// TAGGED, UNTAGGED or ANY.
Answer<std::string> tag_status_of(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto status, input::text(input.value("filter", Json::object()), "tagStatus"));
  const std::string out = status.value_or("ANY");
  if (out != "ANY" && out != "TAGGED" && out != "UNTAGGED") {
    return invalid_parameter("filter.tagStatus", "Member must satisfy enum value set: [ANY, TAGGED, UNTAGGED]");
  }
  return out;
}

Answer<std::vector<StoredImage>> images_of(const Registry& registry, const Repository& repository, const std::string& status)
{
  DAVIT_STORED_ASSIGN(const auto transaction, registry.database().read());
  DAVIT_STORED_ASSIGN(auto images, load_images(*transaction, repository));
  std::erase_if(images, [&](const StoredImage& image) { return status != "ANY" && image.tags.empty() != (status == "UNTAGGED"); });
  return images;
}

/// Indexes that name the image.
std::vector<std::string> holders_of(const std::vector<StoredImage>& images, const std::string& digest)
{
  std::vector<std::string> out;
  for (const auto& image : images) {
    const bool is_index = image.artifact_media_type.empty();
    if (is_index && std::find(image.references.begin(), image.references.end(), digest) != image.references.end()) {
      out.push_back(image.digest);
    }
  }
  return out;
}

/// By tag the tag goes, and the image with its last one; by digest all of it.
Answer<void> erase(Registry& registry, const Repository& repository, const ImageId& id, const StoredImage& image, Json& deleted)
{
  DAVIT_STORED_ASSIGN(auto transaction, registry.database().write());
  if (id.digest.empty() && image.tags.size() > 1) {
    DAVIT_STORED(erase_tag(*transaction, repository, id.tag));
    deleted.push_back(ImageId{.digest = image.digest, .tag = id.tag}.to_json());
  } else {
    DAVIT_STORED(erase_image(*transaction, repository, image.digest));
    for (const auto& tag : image.tags) {
      deleted.push_back(ImageId{.digest = image.digest, .tag = tag}.to_json());
    }
    if (image.tags.empty()) {
      deleted.push_back(ImageId{.digest = image.digest, .tag = {}}.to_json());
    }
  }
  DAVIT_STORED(transaction.commit());
  return {};
}

}  // namespace

Answer<Json> put_image(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto manifest, input::required_text(input, "imageManifest", k_invalid_parameter));
  DAVIT_ANSWER_ASSIGN(const auto media_type, input::text(input, "imageManifestMediaType"));
  DAVIT_ANSWER_ASSIGN(const auto tag, input::text(input, "imageTag"));
  DAVIT_ANSWER_ASSIGN(const auto digest, input::text(input, "imageDigest"));
  if (tag && !is_tag_name(*tag)) {
    return invalid_parameter("imageTag", "Tag must satisfy regular expression '[a-zA-Z0-9-_.]+'");
  }
  DAVIT_ANSWER_ASSIGN(const auto put, registry.put_image(repository, {.manifest = manifest,
                                                                      .media_type = media_type.value_or(""),
                                                                      .tag = tag.value_or(""),
                                                                      .digest = digest.value_or("")}));
  if (put.existed) {
    return refuse(
        "ImageAlreadyExistsException",
        fmt::format("Image with digest '{}' and tag '{}' already exists in the repository with name '{}' in registry with id '{}'",
                    put.image.digest, tag.value_or("null"), repository.name, repository.owner.account));
  }
  DAVIT_ANSWER_ASSIGN(auto document, document_of(registry, repository, put.image, tag.value_or("")));
  return Json{{"image", std::move(document)}};
}

Answer<Json> batch_get_image(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto ids, image_ids_of(input));
  Json out = {{"images", Json::array()}, {"failures", Json::array()}};
  for (const auto& id : ids) {
    DAVIT_ANSWER_ASSIGN(const auto found, find(registry, repository, id));
    if (!found.image) {
      out["failures"].push_back(found.failure);
      continue;
    }
    DAVIT_ANSWER_ASSIGN(auto document, document_of(registry, repository, *found.image, id.tag));
    out["images"].push_back(std::move(document));
  }
  return out;
}

Answer<Json> batch_delete_image(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto ids, image_ids_of(input));
  Json deleted = Json::array();
  Json failures = Json::array();
  for (const auto& id : ids) {
    DAVIT_ANSWER_ASSIGN(const auto found, find(registry, repository, id));
    if (!found.image) {
      failures.push_back(found.failure);
      continue;
    }
    DAVIT_ANSWER_ASSIGN(const auto all, images_of(registry, repository, "ANY"));
    const auto holders = holders_of(all, found.image->digest);
    if (!holders.empty()) {
      failures.push_back(failure(id, "ImageReferencedByManifestList",
                                 fmt::format("Requested image referenced by manifest list: [{}]", fmt::join(holders, ", "))));
      continue;
    }
    if (auto erased = erase(registry, repository, id, *found.image, deleted); !erased) {
      return tl::unexpected(std::move(erased).error());
    }
  }
  return Json{{"imageIds", std::move(deleted)}, {"failures", std::move(failures)}};
}

Answer<Json> describe_images(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto ids, image_ids_of(input));
  DAVIT_ANSWER_ASSIGN(const auto status, tag_status_of(input));
  Json out = {{"imageDetails", Json::array()}};
  for (const auto& id : ids) {
    DAVIT_ANSWER_ASSIGN(const auto found, find(registry, repository, id));
    if (!found.image) {
      return image_not_found(id, repository);
    }
    out["imageDetails"].push_back(detail_of(repository, *found.image));
  }
  if (!ids.empty()) {
    return out;
  }
  DAVIT_ANSWER_ASSIGN(const auto images, images_of(registry, repository, status));
  DAVIT_ANSWER_ASSIGN(const auto page, page_of(input, images.size()));
  for (std::size_t i = page.first; i < page.first + page.count; ++i) {
    out["imageDetails"].push_back(detail_of(repository, images[i]));
  }
  add_next_token(out, page, images.size());
  return out;
}

Answer<Json> list_images(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto status, tag_status_of(input));
  DAVIT_ANSWER_ASSIGN(const auto images, images_of(registry, repository, status));
  std::vector<Json> ids;
  for (const auto& image : images) {
    for (const auto& tag : image.tags) {
      ids.push_back(ImageId{.digest = image.digest, .tag = tag}.to_json());
    }
    if (image.tags.empty()) {
      ids.push_back(ImageId{.digest = image.digest, .tag = {}}.to_json());
    }
  }
  DAVIT_ANSWER_ASSIGN(const auto page, page_of(input, ids.size()));
  Json out = {{"imageIds", std::vector<Json>(ids.begin() + static_cast<std::ptrdiff_t>(page.first),
                                             ids.begin() + static_cast<std::ptrdiff_t>(page.first + page.count))}};
  add_next_token(out, page, ids.size());
  return out;
}

}  // namespace davit::aws::local::ecr
