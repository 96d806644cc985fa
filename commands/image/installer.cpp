// SPDX-License-Identifier: Apache-2.0
#include "commands/image/installer.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <cstdlib>

#include "cli/choice.hpp"
#include "cli/process.hpp"
#include "commands/image/pip_settings.hpp"
#include "commands/image/uv.hpp"

namespace davit::commands::image {
namespace {

constexpr const char* k_installer_variable = "DAVIT_INSTALLER";

}  // namespace

Result<Installer> installer_setting(const std::string& flag)
{
  const char* variable = std::getenv(k_installer_variable);
  const std::string name = !flag.empty() ? flag : variable == nullptr ? "" : variable;
  if (name.empty()) {
    return Installer::automatic;
  }
  if (name != "pip" && name != "uv") {
    return fail(usage_error(fmt::format("{} is '{}'", k_installer_variable, name), "expected pip or uv"));
  }
  return name == "uv" ? Installer::uv : Installer::pip;
}

std::string name_of(Installer installer)
{
  switch (installer) {
    case Installer::automatic:
      return "pip or uv";
    case Installer::pip:
      return "pip";
    case Installer::uv:
      return "uv";
  }
  return {};
}

void add_installer_flag(CLI::App& command, std::string& flag)
{
  command.add_option("--installer", flag, "What installs wheels: pip or uv (default: DAVIT_INSTALLER, else pip where it is, else uv)")
      ->type_name("NAME")
      ->check(cli::one_of({"pip", "uv"}));
}

Result<std::vector<std::string>> install_wheels(Installer installer, const WheelRequest& request)
{
  if (installer == Installer::automatic && cli::have_program("uv")) {
    DAVIT_TRY_ASSIGN(const bool is_here, has_pip(request.python.minor));
    installer = is_here ? Installer::pip : Installer::uv;
  }
  return installer == Installer::uv ? uv_install(request) : pip_install(request);
}

std::string installer_settings(Installer installer, const std::filesystem::path& directory)
{
  switch (installer) {
    case Installer::pip:
      return pip_settings();
    case Installer::uv:
      return "uv\n" + uv_settings(directory);
    case Installer::automatic:
      return pip_settings() + uv_settings(directory);
  }
  return {};
}

}  // namespace davit::commands::image
