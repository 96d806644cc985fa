// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "commands/image/build.hpp"
#include "commands/image/layers.hpp"

/// What building an image and building a zip package have in common.
namespace davit::commands::image {

/// The tag that the request names, else the environment's name, else "latest".
std::string tag_of(const BuildRequest& request);

/// The context borrows all three.
LayerContext layer_context(const BuildRequest& request, const Base& base, const LayerCache& cache, const LockFile& lock);

/// Puts layers into a response, with what there is to say about them.
void take_layers(BuildResponse& response, std::vector<BuiltLayer> layers);

/// A step for each layer of wheels and one for the handler's own files.
std::vector<cli::PlanStep> layer_steps(const std::vector<WheelLayer>& wheels, const FileTree& tree, const LayerContext& context,
                                       bool is_unchanged);

}  // namespace davit::commands::image
