// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/ecr/image_manifest.hpp"
#include "aws/oci/digest.hpp"

namespace davit::aws::local::ecr {
namespace {

constexpr const char* k_token_key = "token key";
constexpr std::size_t k_key_bytes = 32;

/// Made once, so that passwords outlive a restart.
Result<std::string> token_key(store::Database& database)
{
  DAVIT_TRY_ASSIGN(auto transaction, database.write());
  DAVIT_TRY_ASSIGN(const auto known, find_setting(*transaction, {}, k_token_key));
  if (known) {
    return from_base64(*known).value_or("");
  }
  std::string key = crypto::random_bytes(k_key_bytes);
  DAVIT_TRY(save_setting(*transaction, {}, k_token_key, to_base64(key)));
  DAVIT_TRY(transaction.commit());
  return key;
}

std::string place_of(const Repository& repository)
{
  return fmt::format("the repository with name '{}' in the registry with id '{}'", repository.name, repository.owner.account);
}

tl::unexpected<Fault> missing(std::string_view what, const char* code, const std::vector<std::string>& digests,
                              const Repository& repository)
{
  return refuse(code,
                fmt::format("{} with digests '[{}]' required for pushing image into repository with name '{}' in the registry with id "
                            "'{}' do not exist",
                            what, fmt::join(digests, ", "), repository.name, repository.owner.account));
}

StoredImage image_of(const ImageManifest& manifest, const std::string& digest, std::int64_t now)
{
  StoredImage image{
      .digest = digest, .media_type = manifest.media_type, .artifact_media_type = manifest.artifact_media_type, .pushed_ms = now};
  const auto& references = manifest.is_index() ? manifest.manifests : manifest.blobs;
  for (const auto& reference : references) {
    image.references.push_back(reference.digest);
    image.size += manifest.is_index() ? 0 : reference.size;
  }
  return image;
}

}  // namespace

Registry::Registry(store::Database& database, std::unique_ptr<BlobFiles> files, std::string host, AccessTokens tokens, Clock clock)
    : m_database(database), m_files(std::move(files)), m_host(std::move(host)), m_tokens(std::move(tokens)), m_clock(std::move(clock))
{
}

Result<std::unique_ptr<Registry>> Registry::open(store::Database& database, const std::filesystem::path& folder, std::string host,
                                                 Clock clock)
{
  DAVIT_TRY(database.create(k_ecr_schema));
  DAVIT_TRY_ASSIGN(auto files, BlobFiles::open(folder));
  DAVIT_TRY_ASSIGN(std::string key, token_key(database));
  AccessTokens tokens(std::move(key), clock);
  return std::unique_ptr<Registry>(new Registry(database, std::move(files), std::move(host), std::move(tokens), std::move(clock)));
}

Answer<Repository> Registry::repository(const Owner& owner, const std::string& name) const
{
  DAVIT_STORED_ASSIGN(const auto transaction, m_database.read_briefly());
  DAVIT_STORED_ASSIGN(auto found, find_repository(*transaction, owner, name));
  if (!found) {
    return refuse("RepositoryNotFoundException",
                  fmt::format("The repository with name '{}' does not exist in the registry with id '{}'", name, owner.account));
  }
  return std::move(*found);
}

Answer<void> Registry::check_blobs(store::Connection& connection, const Repository& repository, const ImageManifest& manifest) const
{
  std::vector<std::string> absent;
  for (const auto& blob : manifest.blobs) {
    DAVIT_STORED_ASSIGN(const auto size, find_layer(connection, repository, blob.digest));
    if (!size) {
      absent.push_back(blob.digest);
    } else if (*size != blob.size) {
      return refuse("InvalidParameterException",
                    fmt::format("Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'the blob {} has {} bytes, not {}'",
                                blob.digest, *size, blob.size));
    }
  }
  if (!absent.empty()) {
    return missing("Layers", "LayersNotFoundException", absent, repository);
  }
  for (const auto& reference : manifest.manifests) {
    DAVIT_STORED_ASSIGN(const auto image, find_image(connection, repository, reference.digest));
    if (!image) {
      absent.push_back(reference.digest);
    }
  }
  return absent.empty() ? Answer<void>{} : missing("Images", "ReferencedImagesNotFoundException", absent, repository);
}

Answer<PutImageResult> Registry::put_image(const Repository& repository, const NewImage& image)
{
  DAVIT_ANSWER_ASSIGN(const ImageManifest manifest, read_manifest(image.manifest, image.media_type));
  const std::string digest = oci::digest_of(image.manifest);
  if (!image.digest.empty() && image.digest != digest) {
    return refuse("ImageDigestDoesNotMatchException",
                  fmt::format("Specified image digest '{}' does not match the digest '{}' of the manifest", image.digest, digest));
  }
  DAVIT_STORED_ASSIGN(auto transaction, m_database.write());
  if (auto checked = check_blobs(*transaction, repository, manifest); !checked) {
    return tl::unexpected(std::move(checked).error());
  }
  DAVIT_STORED_ASSIGN(const auto before, find_image(*transaction, repository, digest));
  const std::optional<std::string> tag = image.tag.empty() ? std::nullopt : std::optional(image.tag);
  DAVIT_STORED_ASSIGN(const auto tagged, find_image(*transaction, repository, tag.value_or("")));
  if (tagged && !repository.may_move(*tag)) {
    return refuse("ImageTagAlreadyExistsException",
                  fmt::format("The image tag '{}' already exists in the '{}' repository and cannot be overwritten because the tag is "
                              "immutable.",
                              *tag, repository.name));
  }
  PutImageResult result{.image = before.value_or(image_of(manifest, digest, now_ms())),
                        .existed = before && (!tag || (tagged && tagged->digest == digest))};
  DAVIT_STORED(m_files->keep(digest, image.manifest));
  DAVIT_STORED(save_image(*transaction, repository, result.image));
  if (tag) {
    DAVIT_STORED(move_tag(*transaction, repository, *tag, digest));
  }
  DAVIT_STORED(transaction.commit());
  return result;
}

Answer<std::optional<StoredImage>> Registry::image(const Repository& repository, const std::string& version) const
{
  DAVIT_STORED_ASSIGN(const auto transaction, m_database.read_briefly());
  DAVIT_STORED_ASSIGN(auto found, find_image(*transaction, repository, version));
  return found;
}

Answer<std::optional<std::int64_t>> Registry::layer_size(const Repository& repository, const std::string& digest) const
{
  DAVIT_STORED_ASSIGN(const auto transaction, m_database.read_briefly());
  DAVIT_STORED_ASSIGN(const auto size, find_layer(*transaction, repository, digest));
  return size;
}

Answer<bool> Registry::mount(const Repository& repository, const std::string& digest, const std::string& from)
{
  DAVIT_STORED_ASSIGN(auto transaction, m_database.write());
  DAVIT_STORED_ASSIGN(const auto allowed, find_setting(*transaction, repository.owner, k_blob_mounting));
  DAVIT_STORED_ASSIGN(const auto source, find_repository(*transaction, repository.owner, from));
  if (allowed.value_or("") != "ENABLED" || !source) {
    return false;
  }
  DAVIT_STORED_ASSIGN(const auto size, find_layer(*transaction, *source, digest));
  DAVIT_STORED_ASSIGN(const auto images, load_images(*transaction, *source));
  const bool in_use = std::any_of(images.begin(), images.end(), [&](const StoredImage& image) {
    return std::find(image.references.begin(), image.references.end(), digest) != image.references.end();
  });
  if (!size || !in_use) {
    return false;
  }
  DAVIT_STORED(save_layer(*transaction, repository, digest, *size));
  DAVIT_STORED(transaction.commit());
  return true;
}

Answer<std::string> Registry::begin_upload(const Repository& repository)
{
  std::string id = crypto::random_uuid();
  DAVIT_STORED(m_files->create_upload(id));
  DAVIT_STORED_ASSIGN(auto transaction, m_database.write());
  DAVIT_STORED(save_upload(*transaction, repository, id));
  DAVIT_STORED(transaction.commit());
  return id;
}

Answer<std::unique_ptr<OpenUpload>> Registry::open_upload(const Repository& repository, const std::string& id)
{
  const auto unknown = refuse("UploadNotFoundException", fmt::format("Upload with id '{}' does not exist in {}", id, place_of(repository)));
  {
    DAVIT_STORED_ASSIGN(const auto transaction, m_database.read_briefly());
    DAVIT_STORED_ASSIGN(const bool known, has_upload(*transaction, repository, id));
    if (!known) {
      return unknown;
    }
  }
  auto upload = m_files->open_upload(id);
  if (!upload) {
    return upload.error().kind == ErrorKind::not_found ? unknown : refuse("ServerException", upload.error().message, 503);
  }
  return std::move(*upload);
}

Answer<void> Registry::complete_upload(const Repository& repository, const std::string& id, OpenUpload& upload, const std::string& digest)
{
  DAVIT_STORED_ASSIGN(const std::string actual, upload.digest());
  if (actual != digest) {
    static_cast<void>(cancel_upload(id));
    return refuse("InvalidLayerException",
                  fmt::format("The bytes of the layer have the digest '{}', not '{}', in {}", actual, digest, place_of(repository)));
  }
  const auto size = static_cast<std::int64_t>(upload.size());
  DAVIT_STORED(m_files->finish_upload(upload, digest));
  DAVIT_STORED_ASSIGN(auto transaction, m_database.write());
  DAVIT_STORED(save_layer(*transaction, repository, digest, size));
  DAVIT_STORED(erase_upload(*transaction, id));
  DAVIT_STORED(transaction.commit());
  return {};
}

Answer<void> Registry::cancel_upload(const std::string& id)
{
  m_files->drop_upload(id);
  DAVIT_STORED_ASSIGN(auto transaction, m_database.write());
  DAVIT_STORED(erase_upload(*transaction, id));
  DAVIT_STORED(transaction.commit());
  return {};
}

}  // namespace davit::aws::local::ecr
