// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "cli/plan.hpp"
#include "commands/image/push_image.hpp"
#include "commands/image/registry_access.hpp"

namespace CLI {
class App;
}
namespace davit::cli {
class Registry;
}

namespace davit::commands::image {

/// Where an image goes.
struct PushTarget {
  RegistryAccess access;
  std::string repository;
  std::vector<std::string> tags;

  [[nodiscard]] std::string name() const { return access.host + "/" + repository; }
};

struct PushRequest {
  PushedImage image;
  PushTarget target;
  std::vector<std::string> mount_from = {};  ///< repositories of the same registry that may have its blobs
  bool create_repository = false;            ///< ECR: make the repository when it is not there
  bool immutable_tags = false;               ///< of a repository that is made
  std::filesystem::path journal = {};        ///< folder of uploads under way
  std::function<void(std::string_view)> progress = {};
};

/// What is to be done, or was done, with one blob.
struct BlobPush {
  enum class Action { present, mount, upload };
  PushedBlob blob;
  Action action = Action::upload;
  std::uint64_t sent = 0;     ///< bytes
  std::uint64_t resumed = 0;  ///< bytes that a push before this one had brought there
};

struct TagPush {
  enum class State { absent, same, other };
  std::string tag;
  State state = State::absent;
  std::string before = {};  ///< the digest that it points to now
};

struct PushPlan {
  bool creates_repository = false;
  bool has_manifest = false;  ///< the registry has this very manifest
  std::vector<BlobPush> blobs;
  std::vector<TagPush> tags;

  [[nodiscard]] bool changes_anything() const;
  [[nodiscard]] cli::Plan steps(const PushRequest& request) const;
};

struct PushResponse {
  std::string image;  ///< HOST/REPOSITORY@DIGEST
  std::vector<BlobPush> blobs;
  bool created_repository = false;
  bool changed = false;
};

/// What push() would do. Sends no write. Not found when the repository is not there and is not to be made; conflict, with what differs,
/// when an immutable tag names another image.
Result<PushPlan> plan_push(const PushRequest& request);

/// Blobs first, in parallel, then the manifest, then further tags: so a push that was killed leaves every tag with a whole image, and run
/// again it sends what is missing. Interrupted, it is cancelled.
Result<PushResponse> push(const PushRequest& request, const PushPlan& plan);

void add_push(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
