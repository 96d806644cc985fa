// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "commands/image/pip.hpp"

namespace CLI {
class App;
}

namespace davit::commands::image {

/// What installs wheels. The layer is the same, whichever does it with wheels of the same hashes.
enum class Installer {
  automatic,  ///< pip where it is, else uv
  pip,
  uv,
};

/// What --installer says, else DAVIT_INSTALLER; empty means automatic. Usage error for another word.
Result<Installer> installer_setting(const std::string& flag);

/// The flag --installer.
void add_installer_flag(CLI::App& command, std::string& flag);

/// "pip", "uv", or "pip or uv".
std::string name_of(Installer installer);

/// Installs wheels for the image's Python and platform, never for this machine's. Returns notices for the user; errors as of pip_install().
Result<std::vector<std::string>> install_wheels(Installer installer, const WheelRequest& request);

/// The user's own settings of the installer that decide which wheels are chosen, as text for a cache key. Without passwords. `directory` is
/// that of the requirements, where uv looks for its configuration.
std::string installer_settings(Installer installer, const std::filesystem::path& directory);

}  // namespace davit::commands::image
