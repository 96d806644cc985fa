// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/local/store/database.hpp"

/// The rows of ECR; the bytes are in BlobFiles. Functions that write run in a transaction of the caller's.
namespace davit::aws::local::ecr {

/// A registry of its own, as in AWS.
struct Owner {
  std::string account;
  std::string region;
};

struct Repository {
  Owner owner;
  std::string name;
  std::int64_t created_ms = 0;
  /// Members of the API's Repository that can be changed, and `lifecyclePolicyText`, `lastEvaluatedAt`, `policyText`, `tags`.
  Json settings = Json::object();

  [[nodiscard]] std::string arn() const;
  /// Whether a tag of that name may be moved to another image.
  [[nodiscard]] bool may_move(const std::string& tag) const;
};

struct StoredImage {
  std::string digest;
  std::string media_type;
  std::string artifact_media_type;  ///< of its config
  std::int64_t size = 0;            ///< of its layers
  std::int64_t pushed_ms = 0;
  std::vector<std::string> tags;        ///< sorted
  std::vector<std::string> references;  ///< digests of config and layers, or of an index's manifests
};

extern const char* const k_ecr_schema;

Result<std::vector<Repository>> load_repositories(store::Connection& connection, const Owner& owner);
Result<std::optional<Repository>> find_repository(store::Connection& connection, const Owner& owner, const std::string& name);
Status save_repository(store::Connection& connection, const Repository& repository);
/// With its images, tags, layers and uploads.
Status erase_repository(store::Connection& connection, const Repository& repository);

/// By digest, in the order of pushing.
Result<std::vector<StoredImage>> load_images(store::Connection& connection, const Repository& repository);
/// By "sha256:..." or by tag.
Result<std::optional<StoredImage>> find_image(store::Connection& connection, const Repository& repository, const std::string& version);
/// Without its tags.
Status save_image(store::Connection& connection, const Repository& repository, const StoredImage& image);
/// With its tags.
Status erase_image(store::Connection& connection, const Repository& repository, const std::string& digest);
Status move_tag(store::Connection& connection, const Repository& repository, const std::string& tag, const std::string& digest);
Status erase_tag(store::Connection& connection, const Repository& repository, const std::string& tag);

/// The size of a layer that was pushed or mounted there.
Result<std::optional<std::int64_t>> find_layer(store::Connection& connection, const Repository& repository, const std::string& digest);
Status save_layer(store::Connection& connection, const Repository& repository, const std::string& digest, std::int64_t size);

Status save_upload(store::Connection& connection, const Repository& repository, const std::string& id);
Result<bool> has_upload(store::Connection& connection, const Repository& repository, const std::string& id);
Status erase_upload(store::Connection& connection, const std::string& id);

/// A setting of the account, such as BLOB_MOUNTING; or of the whole store, with an empty owner.
Result<std::optional<std::string>> find_setting(store::Connection& connection, const Owner& owner, const std::string& name);
Status save_setting(store::Connection& connection, const Owner& owner, const std::string& name, const std::string& value);

}  // namespace davit::aws::local::ecr
