// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "cli/config/project.hpp"
#include "commands/image/base.hpp"
#include "commands/image/lock_file.hpp"

namespace davit::commands::image {

/// Called with one line about what is being done.
using Progress = std::function<void(std::string_view)>;

struct WheelRequest {
  std::vector<std::string> requirements;  ///< arguments of pip install: names with versions, or "-r" and a file
  std::filesystem::path directory;        ///< what relative paths of the requirements start from
  std::filesystem::path target;           ///< the folder to install into
  PythonRuntime python;
  cli::config::Architecture architecture = cli::config::Architecture::x86_64;
  Progress progress;
};

/// The platform tags whose wheels run on that glibc, newest first (PEP 600). pip widens none of them by itself but the three oldest names.
std::vector<std::string> platform_tags(const PythonRuntime& python, cli::config::Architecture architecture);

/// The options of pip install that choose wheels for that Python and platform, and no other ones.
std::vector<std::string> wheel_options(const PythonRuntime& python, cli::config::Architecture architecture);

/// Installs wheels for the image's Python and platform, never for this machine's. Index, proxy and certificates are those of the user's pip
/// configuration (pip_settings.hpp). Returns notices for the user.
///
/// Errors: no pip here (usage), no fitting wheel (failed, naming the package), no network (unavailable), interrupted (cancelled).
Result<std::vector<std::string>> pip_install(const WheelRequest& request);

/// True when a Python here has pip.
Result<bool> has_pip(int minor);

/// The wheels that pip_install() would install, with their hashes; installs nothing. `target` is a folder for pip to work in. Errors as
/// above; a pip older than 22.2, which cannot report, is a usage error.
Result<std::vector<LockedWheel>> choose_wheels(const WheelRequest& request);

}  // namespace davit::commands::image
