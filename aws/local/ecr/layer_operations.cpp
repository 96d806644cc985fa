// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/local/ecr/ecr_input.hpp"
#include "aws/local/ecr/ecr_operations.hpp"
#include "aws/local/ecr/registry_door.hpp"
#include "aws/local/json_input.hpp"
#include "aws/oci/digest.hpp"

namespace davit::aws::local::ecr {
namespace {

constexpr std::size_t k_most_layers = 100;
/// What ECR tells clients to send; the quota of a part is the same.
constexpr std::int64_t k_part_bytes = 10 * 1024 * 1024;

Json availability_of(const std::string& digest, const std::optional<std::int64_t>& size)
{
  Json layer = {{"layerDigest", digest}, {"layerAvailability", size ? "AVAILABLE" : "UNAVAILABLE"}};
  if (size) {
    layer["layerSize"] = *size;
    layer["mediaType"] = "application/vnd.docker.image.rootfs.diff.tar.gzip";
  }
  return layer;
}

tl::unexpected<Fault> out_of_order(const Repository& repository, const std::string& id, std::uint64_t expected)
{
  return refuse(
      "InvalidLayerPartException",
      fmt::format("Invalid layer part for upload with id '{}' in the repository with name '{}' in the registry with id '{}'. First "
                  "byte of the layer part should be {}.",
                  id, repository.name, repository.owner.account, expected));
}

}  // namespace

Answer<Json> get_authorization_token(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto accounts, input::texts(input, "registryIds"));
  if (accounts.empty()) {
    accounts.push_back(caller.account_id);
  }
  Json data = Json::array();
  for (const auto& account : accounts) {
    const auto issued = registry.tokens().issue({.account = account, .region = caller.region});
    data.push_back({{"authorizationToken", to_base64("AWS:" + issued.password)},
                    {"expiresAt", seconds_of(issued.expires.time_since_epoch().count())},
                    {"proxyEndpoint", "http://" + registry.host()}});
  }
  return Json{{"authorizationData", std::move(data)}};
}

Answer<Json> batch_check_layer_availability(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto digests, input::texts(input, "layerDigests"));
  if (digests.empty() || digests.size() > k_most_layers) {
    return invalid_parameter("layerDigests", "Member must have length between 1 and 100");
  }
  Json layers = Json::array();
  Json failures = Json::array();
  for (const auto& digest : digests) {
    if (!oci::digest_hex(digest)) {
      failures.push_back({{"layerDigest", digest}, {"failureCode", "InvalidLayerDigest"}, {"failureReason", "Invalid layer digest"}});
      continue;
    }
    DAVIT_ANSWER_ASSIGN(const auto size, registry.layer_size(repository, digest));
    layers.push_back(availability_of(digest, size));
  }
  return Json{{"layers", std::move(layers)}, {"failures", std::move(failures)}};
}

Answer<Json> get_download_url_for_layer(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto digest, input::required_text(input, "layerDigest", k_invalid_parameter));
  DAVIT_ANSWER_ASSIGN(const auto size, registry.layer_size(repository, digest));
  if (!size) {
    return refuse("LayersNotFoundException",
                  fmt::format("Layers with digests '[{}]' not found in the repository with name '{}' in the registry with id '{}'", digest,
                              repository.name, repository.owner.account));
  }
  return Json{{"downloadUrl", "http://" + registry.host() + download_path(registry, repository, digest)}, {"layerDigest", digest}};
}

Answer<Json> initiate_layer_upload(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto id, registry.begin_upload(repository));
  return Json{{"uploadId", id}, {"partSize", k_part_bytes}};
}

Answer<Json> upload_layer_part(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto id, input::required_text(input, "uploadId", k_invalid_parameter));
  DAVIT_ANSWER_ASSIGN(const auto first, input::integer(input, "partFirstByte"));
  DAVIT_ANSWER_ASSIGN(const auto last, input::integer(input, "partLastByte"));
  DAVIT_ANSWER_ASSIGN(const auto part, input::blob(input, "layerPartBlob"));
  if (!first || !last || !part) {
    return invalid_parameter(!first ? "partFirstByte" : !last ? "partLastByte" : "layerPartBlob", "Member must not be null");
  }
  if (static_cast<std::int64_t>(part->size()) != *last - *first + 1 || static_cast<std::int64_t>(part->size()) > k_part_bytes) {
    return invalid_parameter("layerPartBlob", "the part must have the bytes from partFirstByte to partLastByte, 10485760 at most");
  }
  DAVIT_ANSWER_ASSIGN(const auto upload, registry.open_upload(repository, id));
  if (static_cast<std::uint64_t>(*first) != upload->size()) {
    return out_of_order(repository, id, upload->size());
  }
  DAVIT_STORED(upload->append(*part));
  return Json{{"registryId", repository.owner.account},
              {"repositoryName", repository.name},
              {"uploadId", id},
              {"lastByteReceived", static_cast<std::int64_t>(upload->size()) - 1}};
}

Answer<Json> complete_layer_upload(Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto repository, repository_of(registry, caller, input));
  DAVIT_ANSWER_ASSIGN(const auto id, input::required_text(input, "uploadId", k_invalid_parameter));
  DAVIT_ANSWER_ASSIGN(const auto digests, input::texts(input, "layerDigests"));
  if (digests.size() != 1 || !oci::digest_hex(digests.front())) {
    return invalid_parameter("layerDigests", "there must be one sha256 digest");
  }
  DAVIT_ANSWER_ASSIGN(const auto upload, registry.open_upload(repository, id));
  if (upload->size() == 0) {
    return refuse("EmptyUploadException", fmt::format("The upload with id '{}' has no parts", id));
  }
  DAVIT_ANSWER_ASSIGN(const auto known, registry.layer_size(repository, digests.front()));
  if (known) {
    return refuse("LayerAlreadyExistsException",
                  fmt::format("Layer with digest '{}' already exists in the repository with name '{}' in the registry with id '{}'",
                              digests.front(), repository.name, repository.owner.account));
  }
  if (auto done = registry.complete_upload(repository, id, *upload, digests.front()); !done) {
    return tl::unexpected(std::move(done).error());
  }
  return Json{
      {"registryId", repository.owner.account}, {"repositoryName", repository.name}, {"uploadId", id}, {"layerDigest", digests.front()}};
}

}  // namespace davit::aws::local::ecr
