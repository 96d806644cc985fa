// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "commands/image/build.hpp"

namespace davit::commands::image {

/// What a build writes beside the layout; empty paths mean nothing.
struct BuildOutputs {
  std::filesystem::path docker_archive;
  std::filesystem::path sbom;
};

/// A usage error for what a zip package has not.
Status check_outputs(const cli::config::Project& project, const BuildOutputs& outputs);

/// The steps of the plan that write them.
std::vector<cli::PlanStep> plan_outputs(const BuildOutputs& outputs);

/// Writes them for the image that build() made.
Status write_outputs(const BuildRequest& request, const BuildResponse& response, const BuildOutputs& outputs);

}  // namespace davit::commands::image
