// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands/image/push.hpp"
#include "commands/image/registry_workers.hpp"
#include "commands/image/size_text.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;
using aws::registry::Client;
using aws::registry::StoredManifest;

/// Two tags may name one image, so that a manifest is asked for once a tag.
struct Tagged {
  TagPush push;
  std::optional<StoredManifest> manifest;
};

Result<std::vector<Tagged>> read_tags(Client& client, const PushRequest& request)
{
  std::vector<Tagged> out;
  for (const auto& tag : request.target.tags) {
    DAVIT_TRY_ASSIGN(auto manifest, client.find_manifest(request.target.repository, tag));
    Tagged tagged{.push = {.tag = tag}, .manifest = std::move(manifest)};
    if (tagged.manifest) {
      tagged.push.before = tagged.manifest->digest;
      tagged.push.state = tagged.manifest->digest == request.image.digest ? TagPush::State::same : TagPush::State::other;
    }
    out.push_back(std::move(tagged));
  }
  return out;
}

/// What of the image in the registry is not the same: "config", "layer 3 of 3 (application)".
std::string difference(const StoredManifest& there, const PushedImage& here)
{
  const auto manifest = oci::parse_manifest(there.content, there.digest);
  if (!manifest) {
    return "it is no image manifest";
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < here.blobs.size(); ++i) {
    const auto& blob = here.blobs[i];
    const auto same = [&](const oci::Descriptor& other) { return other.digest == blob.descriptor.digest; };
    const bool known = std::any_of(manifest->layers.begin(), manifest->layers.end(), same) || same(manifest->config);
    if (!known) {
      parts.push_back(blob.kind == "config" ? "its config" : fmt::format("layer {} of {} ({})", i + 1, here.blobs.size() - 1, blob.kind));
    }
  }
  return parts.empty() ? "the manifest alone (annotations, or another format)" : fmt::format("{}", fmt::join(parts, ", "));
}

/// A tag that may not move and names another image. ECR's exclusion filters are the registry's to judge.
Status check_immutable(const std::vector<Tagged>& tags, const aws::ecr::Repository& repository, const PushRequest& request)
{
  for (const auto& tagged : tags) {
    if (tagged.push.state == TagPush::State::other && repository.tag_mutability == "IMMUTABLE") {
      return fail(Error{
          .kind = ErrorKind::conflict,
          .message =
              fmt::format("the tag '{}' of {} is immutable and names another image, {}; this one is {} and differs in {}", tagged.push.tag,
                          request.target.name(), tagged.push.before, request.image.digest, difference(*tagged.manifest, request.image)),
          .hint = "push it under a tag of its own, for example --tag \"$(git rev-parse --short HEAD)\""});
    }
  }
  return {};
}

/// True when the repository is to be made.
Result<bool> check_repository(const std::vector<Tagged>& tags, const PushRequest& request)
{
  const auto& target = request.target;
  DAVIT_TRY_ASSIGN(const auto repository, target.access.ecr->find_repository(target.repository));
  if (repository) {
    DAVIT_TRY(check_immutable(tags, *repository, request));
    return false;
  }
  return request.create_repository
             ? Result<bool>(true)
             : fail(not_found_error(fmt::format("there is no repository '{}' in {}", target.repository, target.access.host),
                                    "add --create-repository to make it"));
}

BlobPush blob_push(const PushedBlob& blob, BlobPush::Action action)
{
  return {.blob = blob, .action = action};
}

/// Asks for every blob, in parallel.
Result<std::vector<BlobPush>> check_blobs(const PushRequest& request)
{
  using Action = BlobPush::Action;
  const auto& blobs = request.image.blobs;
  const bool may_mount = !request.mount_from.empty();
  std::vector<BlobPush> out(blobs.size());
  DAVIT_TRY(in_parallel(request.target.access, blobs.size(), [&](Client& client, std::size_t number) -> Status {
    const auto& descriptor = blobs[number].descriptor;
    DAVIT_TRY_ASSIGN(const bool present, client.has_blob(request.target.repository, {descriptor.digest, descriptor.size}));
    const Action missing = may_mount && blobs[number].kind != "config" ? Action::mount : Action::upload;
    out[number] = blob_push(blobs[number], present ? Action::present : missing);
    return {};
  }));
  return out;
}

std::vector<BlobPush> all_blobs(const PushRequest& request, BlobPush::Action action)
{
  std::vector<BlobPush> out;
  for (const auto& blob : request.image.blobs) {
    out.push_back(blob_push(blob, action));
  }
  return out;
}

cli::PlanStep step_of(const BlobPush& push, const PushRequest& request)
{
  using Kind = cli::PlanStep::Kind;
  const std::string target = fmt::format("blob {}", push.blob.descriptor.digest);
  const std::string what = fmt::format("{}, {}", push.blob.kind, size_text(push.blob.descriptor.size));
  switch (push.action) {
    case BlobPush::Action::present:
      return {Kind::skip, target, what + ": is there"};
    case BlobPush::Action::mount:
      return {Kind::create, target, fmt::format("{}: mount from {}, else upload", what, fmt::join(request.mount_from, " or "))};
    case BlobPush::Action::upload:
      break;
  }
  return {Kind::create, target, what + ": upload"};
}

cli::PlanStep step_of(const TagPush& push, const PushRequest& request)
{
  using Kind = cli::PlanStep::Kind;
  const std::string target = fmt::format("tag {}:{}", request.target.name(), push.tag);
  switch (push.state) {
    case TagPush::State::same:
      return {Kind::skip, target, "names this image: " + request.image.digest};
    case TagPush::State::other:
      return {Kind::update, target, fmt::format("{} instead of {}", request.image.digest, push.before)};
    case TagPush::State::absent:
      break;
  }
  return {Kind::create, target, request.image.digest};
}

}  // namespace

bool PushPlan::changes_anything() const
{
  return creates_repository || std::any_of(tags.begin(), tags.end(), [](const TagPush& tag) { return tag.state != TagPush::State::same; });
}

cli::Plan PushPlan::steps(const PushRequest& request) const
{
  cli::Plan plan;
  if (creates_repository) {
    plan.steps.push_back({cli::PlanStep::Kind::create, fmt::format("repository {}", request.target.name()),
                          request.immutable_tags ? "with immutable tags and scans on push" : "with mutable tags and scans on push"});
  }
  for (const auto& blob : blobs) {
    plan.steps.push_back(step_of(blob, request));
  }
  for (const auto& tag : tags) {
    plan.steps.push_back(step_of(tag, request));
  }
  return plan;
}

Result<PushPlan> plan_push(const PushRequest& request)
{
  DAVIT_TRY_ASSIGN(Client client, request.target.access.open());
  DAVIT_TRY_ASSIGN(const auto tags, read_tags(client, request));
  PushPlan plan;
  std::transform(tags.begin(), tags.end(), std::back_inserter(plan.tags), [](const Tagged& tagged) { return tagged.push; });
  const auto is_same = [](const TagPush& tag) { return tag.state == TagPush::State::same; };
  if (std::all_of(plan.tags.begin(), plan.tags.end(), is_same)) {
    plan.has_manifest = true;
    plan.blobs = all_blobs(request, BlobPush::Action::present);
    return plan;
  }
  if (request.target.access.ecr) {
    DAVIT_TRY_ASSIGN(plan.creates_repository, check_repository(tags, request));
  }
  plan.has_manifest = std::any_of(plan.tags.begin(), plan.tags.end(), is_same);
  if (plan.creates_repository) {
    plan.blobs = all_blobs(request, BlobPush::Action::upload);
  } else if (plan.has_manifest) {
    plan.blobs = all_blobs(request, BlobPush::Action::present);
  } else {
    DAVIT_TRY_ASSIGN(plan.blobs, check_blobs(request));
  }
  return plan;
}

}  // namespace davit::commands::image
