// SPDX-License-Identifier: Apache-2.0
#include "commands/image/lock.hpp"

#include <fmt/format.h>

#include "aws/core/interrupt.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;

Status check_handler(const cli::config::Project& project)
{
  return project.handler ? Status{}
                         : fail(usage_error(fmt::format("{} has no handler, so that there is nothing to lock", project.file.string()),
                                            "add a `handler:` block"));
}

Status lock_base(const LockRequest& request, const Base& base, LockResponse& response)
{
  if (!base.image) {
    response.plan.steps.push_back(base.runtime != nullptr
                                      ? cli::PlanStep{cli::PlanStep::Kind::skip, "runtime " + base.name, "AWS's own, which nobody can pin"}
                                      : cli::PlanStep{cli::PlanStep::Kind::skip, "base scratch", "holds nothing that could change"});
    return {};
  }
  const std::string key = base_key(*request.project->handler);
  const std::string& digest = base.image->descriptor.digest;
  const auto pinned = response.before.bases.find(key);
  if (pinned == response.before.bases.end()) {
    response.plan.steps.push_back({cli::PlanStep::Kind::create, "base " + key, "pin " + digest});
  } else if (pinned->second == digest) {
    response.plan.steps.push_back({cli::PlanStep::Kind::skip, "base " + key, "unchanged: " + digest});
  } else if (request.takes_new_base) {
    response.plan.steps.push_back({cli::PlanStep::Kind::update, "base " + key, fmt::format("{} instead of {}", digest, pinned->second)});
  } else {
    return fail(usage_error(fmt::format("the base '{}' is now {}, but davit.lock pins {}", base.name, digest, pinned->second),
                            "take the new one: davit image base update"));
  }
  response.after.bases[key] = digest;
  return {};
}

/// Wheels that requirements name by path are kept by the path from the project's folder.
void make_sources_relative(std::vector<LockedWheel>& wheels, const fs::path& project)
{
  constexpr std::string_view k_file = "file://";
  for (auto& wheel : wheels) {
    if (wheel.source.starts_with(k_file)) {
      wheel.source = fs::path(wheel.source.substr(k_file.size())).lexically_relative(fs::absolute(project)).string();
    }
  }
}

cli::PlanStep step_of(const std::string& target, const LockedLayer* before, const LockedLayer& after)
{
  if (before == nullptr) {
    return {cli::PlanStep::Kind::create, "wheels " + target, fmt::format("{} wheels with their hashes", after.wheels.size())};
  }
  if (*before == after) {
    return {cli::PlanStep::Kind::skip, "wheels " + target, fmt::format("unchanged: {} wheels", after.wheels.size())};
  }
  std::string changes;
  for (const auto& wheel : after.wheels) {
    if (std::find(before->wheels.begin(), before->wheels.end(), wheel) == before->wheels.end()) {
      changes += fmt::format("{}{} {}", changes.empty() ? "" : ", ", wheel.name, wheel.version);
    }
  }
  return {cli::PlanStep::Kind::update, "wheels " + target, changes.empty() ? "fewer wheels, or other requirements" : "now " + changes};
}

Status lock_wheels(const WheelLayer& layer, const LayerContext& context, LockResponse& response)
{
  DAVIT_TRY_ASSIGN(const WorkFolder work, WorkFolder::create(context.cache.directory()));
  context.progress(fmt::format("choosing wheels for the {} layer", layer.kind));
  auto wheels = choose_wheels({.requirements = layer.requirements,
                               .directory = layer.directory,
                               .target = work.path(),
                               .python = *context.base.python,
                               .architecture = context.project.handler->architecture,
                               .progress = context.progress});
  if (!wheels) {
    return fail(std::move(wheels).error().wrap(fmt::format("choosing wheels for the {} layer", layer.kind)));
  }
  make_sources_relative(*wheels, context.project.directory);
  const LockedLayer after{.requirements = requirements_digest(layer), .wheels = std::move(*wheels)};
  const auto before = response.before.layers.find(layer.target);
  response.plan.steps.push_back(step_of(layer.target, before == response.before.layers.end() ? nullptr : &before->second, after));
  response.after.layers[layer.target] = after;
  return {};
}

}  // namespace

Result<LockResponse> plan_lock(const LockRequest& request)
{
  const InterruptScope interrupt_scope;
  DAVIT_TRY(check_handler(*request.project));
  DAVIT_TRY_ASSIGN(const LayerCache cache, LayerCache::open(request.state_directory / "cache"));
  LockResponse response;
  DAVIT_TRY_ASSIGN(response.before, read_lock(*request.project));
  const std::string pinned = request.takes_new_base ? "" : pinned_base(response.before, *request.project);
  DAVIT_TRY_ASSIGN(const auto found, open_base(*request.project, cache.directory(),
                                               {.folder = request.state_directory / "bases",
                                                .open_registry = request.open_registry,
                                                .pinned = pinned,
                                                .progress = request.progress}));
  const Base& base = *found;
  response.after = response.before;
  DAVIT_TRY(lock_base(request, base, response));
  const bool has_wheels = request.project->handler->kind == cli::config::HandlerKind::python && base.python;
  if (request.bases_only || !has_wheels) {
    return response;
  }
  const LayerContext context{.project = *request.project,
                             .base = base,
                             .cache = cache,
                             .lock = response.before,
                             .progress = request.progress ? request.progress : [](std::string_view) {}};
  DAVIT_TRY_ASSIGN(const auto layers, unlocked_wheels(context));
  for (const auto& layer : layers) {
    DAVIT_TRY(lock_wheels(layer, context, response));
  }
  return response;
}

}  // namespace davit::commands::image
