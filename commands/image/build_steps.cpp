// SPDX-License-Identifier: Apache-2.0
#include "commands/image/build_steps.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace davit::commands::image {
namespace {

cli::PlanStep wheels_step(const WheelLayer& layer, const LayerContext& context)
{
  using Kind = cli::PlanStep::Kind;
  const std::string target = layer.kind + " layer";
  return cached_wheels(layer, context) ? cli::PlanStep{Kind::skip, target, "unchanged, from the cache"}
                                       : cli::PlanStep{Kind::run, target, "install wheels with " + image::name_of(context.installer)};
}

cli::PlanStep application_step(const FileTree& tree, const std::string& source, bool is_unchanged)
{
  using Kind = cli::PlanStep::Kind;
  const std::string left_out = tree.ignored.empty() ? "" : fmt::format(", without {}", fmt::join(tree.ignored, ", "));
  return {is_unchanged ? Kind::skip : Kind::run, "application layer",
          fmt::format("{}{} files of {}{}", is_unchanged ? "unchanged: " : "", tree.files.size(), source, left_out)};
}

}  // namespace

std::string tag_of(const BuildRequest& request)
{
  const std::string& environment = request.project->environment;
  return !request.tag.empty() ? request.tag : environment.empty() ? "latest" : environment;
}

LayerContext layer_context(const BuildRequest& request, const Base& base, const LayerCache& cache, const LockFile& lock)
{
  const auto silent = [](std::string_view) {};
  return {.project = *request.project,
          .base = base,
          .cache = cache,
          .lock = lock,
          .mtime = request.mtime,
          .refresh = request.refresh,
          .installer = request.installer,
          .progress = request.progress ? request.progress : silent};
}

void take_layers(BuildResponse& response, std::vector<BuiltLayer> layers)
{
  response.layers = std::move(layers);
  for (const auto& built : response.layers) {
    response.notices.insert(response.notices.end(), built.notices.begin(), built.notices.end());
    response.ignored.insert(response.ignored.end(), built.ignored.begin(), built.ignored.end());
  }
}

std::vector<cli::PlanStep> layer_steps(const std::vector<WheelLayer>& wheels, const FileTree& tree, const LayerContext& context,
                                       bool is_unchanged)
{
  std::vector<cli::PlanStep> steps;
  for (const auto& layer : wheels) {
    steps.push_back(wheels_step(layer, context));
  }
  steps.push_back(application_step(tree, context.project.handler->source, is_unchanged));
  return steps;
}

}  // namespace davit::commands::image
