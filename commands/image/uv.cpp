// SPDX-License-Identifier: Apache-2.0
#include "commands/image/uv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>

#include "aws/core/file.hpp"
#include "cli/process.hpp"
#include "commands/image/elf.hpp"
#include "commands/image/pip_settings.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
using Environment = std::map<std::string, std::optional<std::string>>;

// What decides which wheels uv takes (docs.astral.sh/uv/reference/environment). Names and passwords of an index choose nothing.
constexpr std::array k_choosing{"UV_INDEX",      "UV_DEFAULT_INDEX", "UV_INDEX_URL",      "UV_EXTRA_INDEX_URL",
                                "UV_FIND_LINKS", "UV_NO_CONFIG",     "UV_INDEX_STRATEGY", "UV_CONSTRAINT",
                                "UV_OVERRIDE",   "UV_EXCLUDE",       "UV_PRERELEASE",     "UV_EXCLUDE_NEWER",
                                "UV_RESOLUTION", "UV_FORK_STRATEGY", "UV_NO_SOURCES",     "UV_TORCH_BACKEND"};

std::string variable_of(const char* name)
{
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// UV_* variables that would install elsewhere, otherwise, or speak otherwise.
Environment uv_environment()
{
  Environment out{
      {"UV_PYTHON_DOWNLOADS", "never"}, {"UV_NO_PROGRESS", "1"}, {"UV_LINK_MODE", "copy"}, {"NO_COLOR", "1"}, {"LC_ALL", "C.UTF-8"},
      {"PYTHONDONTWRITEBYTECODE", "1"}};
  for (const char* name : {"UV_COMPILE_BYTECODE", "UV_NO_BINARY", "UV_NO_BINARY_PACKAGE", "UV_PYTHON", "UV_SYSTEM_PYTHON",
                           "UV_NO_VERIFY_HASHES", "FORCE_COLOR", "CLICOLOR_FORCE", "RUST_LOG", "PYTHONPATH", "PYTHONHOME"}) {
    out[name] = std::nullopt;
  }
  return out;
}

std::vector<std::string> uv_arguments(const WheelRequest& request)
{
  std::vector<std::string> out{"uv",
                               "pip",
                               "install",
                               "--target",
                               request.target.string(),
                               "--python-version",
                               fmt::format("3.{}", request.python.minor),
                               "--python-platform",
                               uv_platform(request.python, request.architecture),
                               "--only-binary",
                               ":all:",
                               "--no-compile"};
  out.insert(out.end(), request.requirements.begin(), request.requirements.end());
  return out;
}

/// The first match of the pattern's group, its lines made one.
std::string found_in(const std::string& output, const char* pattern)
{
  std::smatch match;
  if (!std::regex_search(output, match, std::regex(pattern))) {
    return {};
  }
  return std::regex_replace(match[1].str(), std::regex(R"(\s+)"), " ");
}

bool matches(const std::string& output, const char* pattern)
{
  return std::regex_search(output, std::regex(pattern));
}

Error uv_error(const WheelRequest& request, const std::string& output)
{
  const std::string line = found_in(output, "error: ([^\\n]+)");
  const std::string cause = found_in(output, "(?:cause|Caused by): ([^\\n]+)");
  const std::string image = fmt::format("Python 3.{} on {} with glibc 2.{}", request.python.minor, image::name_of(request.architecture),
                                        request.python.glibc_minor);
  if (const std::string wheel = found_in(output, "Hash mismatch for `([^`]+)`"); !wheel.empty()) {
    return failed_error(fmt::format("the wheel of {} has another hash than the requirements file names", wheel),
                        "it may have been tampered with; only if you know why it changed, write the new hash (pip hash FILE)");
  }
  if (matches(output, "invalid value '[^']+' for '--python-platform")) {
    return usage_error("this uv does not know the platform " + uv_platform(request.python, request.architecture), "use a newer uv");
  }
  if (matches(output, "No interpreter found|No virtual environment found|No Python")) {
    return usage_error("uv found no Python on this machine, and needs one to run", "install any Python 3: apt-get install python3-minimal");
  }
  if (const std::string reason = found_in(output, "(Because[^]*?unsatisfiable)"); !reason.empty()) {
    return failed_error(fmt::format("uv found no wheels for {}: {}", image, without_passwords(reason)),
                        "check names and versions, and that uv reaches an index that has them (UV_DEFAULT_INDEX, UV_FIND_LINKS)");
  }
  if (matches(output, "Failed to fetch|error sending request|Request failed|dns error|Connection refused|timed out")) {
    return {.kind = ErrorKind::unavailable,
            .message = "uv cannot reach the package index: " + without_passwords(cause.empty() ? line : cause),
            .hint = "check the network, or point uv at a mirror or a folder of wheels: UV_DEFAULT_INDEX, UV_FIND_LINKS"};
  }
  return failed_error("uv failed: " + without_passwords(line.empty() ? output.substr(0, 300) : line + (cause.empty() ? "" : ": " + cause)),
                      "davit ran uv pip install --target with wheels only; the requirements file must work with that");
}

/// uv looks for its configuration from the working directory upwards, then in the user's and the system's folder.
std::vector<fs::path> uv_configurations(const fs::path& directory)
{
  const std::string home = variable_of("XDG_CONFIG_HOME");
  std::vector<fs::path> files{variable_of("UV_CONFIG_FILE"),
                              fs::path(home.empty() ? variable_of("HOME") + "/.config" : home) / "uv/uv.toml", "/etc/uv/uv.toml"};
  for (fs::path folder = fs::absolute(directory).lexically_normal(); folder != folder.parent_path(); folder = folder.parent_path()) {
    files.push_back(folder / "uv.toml");
    files.push_back(folder / "pyproject.toml");
  }
  return files;
}

}  // namespace

std::string uv_platform(const PythonRuntime& python, cli::config::Architecture architecture)
{
  constexpr std::array k_named{40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 28, 17};
  const auto newest = std::find_if(k_named.begin(), k_named.end(), [&](int minor) { return minor <= python.glibc_minor; });
  return fmt::format("{}-manylinux_2_{}", architecture == cli::config::Architecture::x86_64 ? "x86_64" : "aarch64",
                     newest == k_named.end() ? k_named.back() : *newest);
}

Result<std::vector<std::string>> uv_install(const WheelRequest& request)
{
  if (!cli::have_program("uv")) {
    return fail(usage_error("uv was not found, and the handler needs wheels", "install it: docs.astral.sh/uv; or take --installer pip"));
  }
  Environment environment = uv_environment();
  if (const std::string links = absolute_locations(variable_of("UV_FIND_LINKS"), ','); !links.empty()) {
    environment["UV_FIND_LINKS"] = links;
  }
  DAVIT_TRY_ASSIGN(const auto finished, cli::run_program({.arguments = uv_arguments(request),
                                                          .environment = std::move(environment),
                                                          .directory = request.directory,
                                                          .on_line = request.progress}));
  if (finished.exit_code != 0) {
    return fail(uv_error(request, finished.output));
  }
  return std::vector<std::string>{};
}

std::string uv_settings(const fs::path& directory)
{
  std::string out;
  for (const char* name : k_choosing) {
    if (const std::string value = variable_of(name); !value.empty()) {
      out += fmt::format("{}={}\n", name, without_passwords(value));
    }
  }
  for (const char* name : {"UV_CONSTRAINT", "UV_OVERRIDE"}) {
    const auto content = read_file(variable_of(name));
    out += content ? without_passwords(*content) : "";
  }
  std::string links = variable_of("UV_FIND_LINKS");
  std::replace(links.begin(), links.end(), ',', ' ');
  for (const auto& location : words_of(links)) {
    out += wheels_at(location, fs::current_path());
  }
  for (const auto& file : uv_configurations(directory)) {
    std::error_code error;
    const auto content = fs::is_regular_file(file, error) ? read_file(file) : Result<std::string>("");
    out += content ? without_passwords(*content) : "";
  }
  return out;
}

}  // namespace davit::commands::image
