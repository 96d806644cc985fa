// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "commands/image/build.hpp"

/// plan_build() and build() where handler.package is zip: function.zip, which Lambda unzips into /var/task, and for wheels layer.zip, a
/// Lambda layer, in one folder.
namespace davit::commands::image {

inline constexpr const char* k_function_archive = "function.zip";
inline constexpr const char* k_layer_archive = "layer.zip";

/// Where the archives of a tag lie when nothing else was asked for.
std::filesystem::path zip_folder(const std::filesystem::path& state_directory, const std::string& tag);

Result<BuildPlan> plan_zip(const BuildRequest& request);
Result<BuildResponse> build_zip(const BuildRequest& request);

}  // namespace davit::commands::image
