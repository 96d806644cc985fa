// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "commands/image/pip.hpp"

namespace davit::commands::image {

/// pip_install() by uv (docs.astral.sh/uv/reference/cli, "uv pip install"), which reads its own settings: UV_* variables and uv.toml. It
/// answers environment markers for the image's Python, whichever is here.
///
/// Errors: no uv, or no Python for it, or one that does not know the platform (usage), no fitting wheel (failed, with uv's own reason), no
/// network (unavailable), interrupted (cancelled).
Result<std::vector<std::string>> uv_install(const WheelRequest& request);

/// "x86_64-manylinux_2_34": the newest platform that uv has a name for and the runtime's C library is new enough for.
std::string uv_platform(const PythonRuntime& python, cli::config::Architecture architecture);

/// The settings of uv that decide which wheels are chosen, as text for a cache key: variables and configuration files. Without passwords.
std::string uv_settings(const std::filesystem::path& directory);

}  // namespace davit::commands::image
