// SPDX-License-Identifier: Apache-2.0
#include "commands/image/pip_settings.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "aws/core/file.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/mapped_file.hpp"

extern char** environ;

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;

using Environment = std::map<std::string, std::optional<std::string>>;

// Lists of paths and addresses, separated by white space.
constexpr std::array k_paths{"PIP_FIND_LINKS", "PIP_CONSTRAINT"};

// How an index is reached and where pip keeps files of its own: none of them chooses another wheel.
constexpr std::array<std::string_view, 16> k_transport{
    "PIP_CACHE_DIR", "PIP_NO_CACHE_DIR", "PIP_TIMEOUT",          "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES",
    "PIP_PROXY",     "PIP_CERT",         "PIP_CLIENT_CERT",      "PIP_TRUSTED_HOST",    "PIP_LOG",
    "PIP_DEBUG",     "PIP_SRC",          "PIP_KEYRING_PROVIDER", "PIP_EXISTS_ACTION",   "PIP_BREAK_SYSTEM_PACKAGES",
    "PIP_NO_CLEAN"};

std::string variable(const char* name)
{
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_address(const std::string& text)
{
  return text.find("://") != std::string::npos;
}

const Environment& overrides()
{
  static const Environment k_overrides = [] {
    Environment out{{"PIP_USER", "0"},     {"PIP_REQUIRE_VIRTUALENV", "0"}, {"PIP_DISABLE_PIP_VERSION_CHECK", "1"}, {"PIP_NO_INPUT", "1"},
                    {"PIP_NO_COLOR", "1"}, {"PIP_PROGRESS_BAR", "off"},     {"PIP_ROOT_USER_ACTION", "ignore"},     {"PYTHONSAFEPATH", "1"},
                    {"LC_ALL", "C.UTF-8"}, {"PYTHONDONTWRITEBYTECODE", "1"}};
    for (const char* name :
         {"PIP_TARGET",    "PIP_PREFIX",      "PIP_ROOT",        "PIP_PLATFORM", "PIP_PYTHON_VERSION", "PIP_ABI",    "PIP_IMPLEMENTATION",
          "PIP_NO_BINARY", "PIP_ONLY_BINARY", "PIP_NO_DEPS",     "PIP_COMPILE",  "PIP_DRY_RUN",        "PIP_REPORT", "PIP_QUIET",
          "PIP_VERBOSE",   "PIP_UPGRADE",     "PIP_REQUIREMENT", "PIP_EDITABLE", "PYTHONPATH",         "PYTHONHOME"}) {
      out[name] = std::nullopt;
    }
    return out;
  }();
  return k_overrides;
}

/// The files that pip itself would read.
std::vector<fs::path> configuration_files()
{
  const std::string home = variable("HOME");
  const std::string user = variable("XDG_CONFIG_HOME");
  const std::string environment = variable("VIRTUAL_ENV");
  std::vector<fs::path> files{"/etc/pip.conf", "/etc/xdg/pip/pip.conf", fs::path(home) / ".pip/pip.conf",
                              fs::path(user.empty() ? home + "/.config" : user) / "pip/pip.conf"};
  if (!environment.empty()) {
    files.push_back(fs::path(environment) / "pip.conf");
  }
  files.emplace_back(variable("PIP_CONFIG_FILE"));
  return files;
}

std::string content_of(const std::vector<fs::path>& files)
{
  std::string out;
  std::error_code error;
  for (const auto& file : files) {
    const auto text = fs::is_regular_file(file, error) ? read_file(file) : Result<std::string>("");
    out += text ? without_passwords(*text) : "";
  }
  return out;
}

/// "NAME=value" of each variable that is pip's, not overridden, and not of transport.
std::set<std::string> choosing_variables()
{
  std::set<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    const bool is_transport = std::find(k_transport.begin(), k_transport.end(), name) != k_transport.end();
    if (name.starts_with("PIP_") && !overrides().contains(name) && !is_transport && text.size() > name.size() + 1) {
      out.insert(without_passwords(text));
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> words_of(const std::string& text)
{
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string absolute_locations(const std::string& list, char separator)
{
  std::string words = list;
  std::replace(words.begin(), words.end(), separator, ' ');
  std::string out;
  std::error_code error;
  for (const auto& word : words_of(words)) {
    out += (out.empty() ? "" : std::string(1, separator)) +
           (is_address(word) || !fs::exists(word, error) ? word : fs::absolute(word).string());
  }
  return out;
}

Environment pip_environment()
{
  Environment out = overrides();
  for (const char* name : k_paths) {
    if (const std::string absolute = absolute_locations(variable(name), ' '); !absolute.empty()) {
      out[name] = absolute;
    }
  }
  return out;
}

std::string pip_settings()
{
  std::string out;
  for (const auto& text : choosing_variables()) {
    out += text + "\n";
  }
  const auto constraints = words_of(variable("PIP_CONSTRAINT"));
  out += content_of({constraints.begin(), constraints.end()});
  for (const auto& location : words_of(variable("PIP_FIND_LINKS"))) {
    out += wheels_at(location, fs::current_path());
  }
  return out + content_of(configuration_files());
}

std::string without_passwords(const std::string& text)
{
  static const std::regex k_user_information(R"(//[^/@\s]*@)");
  return std::regex_replace(text, k_user_information, "//");
}

std::string wheels_at(const std::string& location, const fs::path& relative_to)
{
  const std::string path = location.starts_with("file://") ? location.substr(7) : location;
  std::set<std::string> lines;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(is_address(path) ? fs::path{} : relative_to / path, error)) {
    if (entry.path().extension() != ".whl") {
      continue;
    }
    if (const auto wheel = aws::oci::MappedFile::open(entry.path())) {
      lines.insert(fmt::format("{} {}\n", entry.path().filename().string(), aws::oci::digest_of(wheel->bytes())));
    }
  }
  std::string out;
  for (const auto& line : lines) {
    out += line;
  }
  return out;
}

}  // namespace davit::commands::image
