// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "aws/core/time.hpp"
#include "aws/local/ecr/access_token.hpp"
#include "aws/local/ecr/blob_files.hpp"
#include "aws/local/ecr/image_store.hpp"
#include "aws/local/fault.hpp"

namespace davit::aws::local::ecr {

struct ImageManifest;

struct NewImage {
  std::string manifest;
  std::string media_type = {};  ///< empty: the document's own
  std::string tag = {};         ///< empty: none
  std::string digest = {};      ///< empty: whatever the bytes give
};

struct PutImageResult {
  StoredImage image;
  bool existed = false;  ///< the very image was there, under that tag
};

/// What the API of ECR and the registry's own have in common. Faults are those of ECR's API. Safe to use from several threads.
class Registry
{
public:
  /// `host` is what images are named by: "127.0.0.1:5000".
  static Result<std::unique_ptr<Registry>> open(store::Database& database, const std::filesystem::path& folder, std::string host,
                                                Clock clock);

  [[nodiscard]] const std::string& host() const { return m_host; }
  [[nodiscard]] const AccessTokens& tokens() const { return m_tokens; }
  [[nodiscard]] store::Database& database() const { return m_database; }
  [[nodiscard]] BlobFiles& files() const { return *m_files; }
  [[nodiscard]] std::int64_t now_ms() const { return m_clock().time_since_epoch().count(); }

  Answer<Repository> repository(const Owner& owner, const std::string& name) const;

  /// Every blob that the manifest names must be there. An immutable tag stays where it is, whatever the digest.
  Answer<PutImageResult> put_image(const Repository& repository, const NewImage& image);
  Answer<std::optional<StoredImage>> image(const Repository& repository, const std::string& version) const;

  /// Size of a layer or config.
  Answer<std::optional<std::int64_t>> layer_size(const Repository& repository, const std::string& digest) const;

  /// True when the layer is now there: the account allows mounting, and an image of the source repository has it.
  Answer<bool> mount(const Repository& repository, const std::string& digest, const std::string& from);

  Answer<std::string> begin_upload(const Repository& repository);
  /// UploadNotFoundException.
  Answer<std::unique_ptr<OpenUpload>> open_upload(const Repository& repository, const std::string& id);
  /// InvalidLayerException when the bytes do not have the digest; the upload is then gone.
  Answer<void> complete_upload(const Repository& repository, const std::string& id, OpenUpload& upload, const std::string& digest);
  Answer<void> cancel_upload(const std::string& id);

private:
  Registry(store::Database& database, std::unique_ptr<BlobFiles> files, std::string host, AccessTokens tokens, Clock clock);
  Answer<void> check_blobs(store::Connection& connection, const Repository& repository, const ImageManifest& manifest) const;

  store::Database& m_database;
  std::unique_ptr<BlobFiles> m_files;
  std::string m_host;
  AccessTokens m_tokens;
  Clock m_clock;
};

inline constexpr const char* k_blob_mounting = "BLOB_MOUNTING";

}  // namespace davit::aws::local::ecr
