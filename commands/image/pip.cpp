// SPDX-License-Identifier: Apache-2.0
#include "commands/image/pip.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "cli/process.hpp"
#include "commands/image/elf.hpp"
#include "commands/image/pip_settings.hpp"

namespace davit::commands::image {
namespace {

using cli::config::Architecture;

constexpr int k_oldest_numbered_glibc = 17;  // manylinux2014 is another name of 2.17

/// How to run pip, and which Python answers its environment markers.
struct Pip {
  std::vector<std::string> command;
  int python_minor = 0;
};

/// The minor version of a Python that has pip; 0 when that one has none.
Result<int> minor_with_pip(const std::string& interpreter)
{
  const auto finished =
      cli::run_program({.arguments = {interpreter, "-m", "pip", "--version"}, .environment = {{"PYTHONPATH", std::nullopt}}});
  if (!finished) {
    return finished.error().kind == ErrorKind::cancelled ? Result<int>(fail(finished.error())) : 0;
  }
  std::smatch match;
  static const std::regex k_version(R"(\(python 3\.(\d+)\))");
  const bool has_pip = finished->exit_code == 0 && std::regex_search(finished->output, match, k_version);
  return has_pip ? std::stoi(match[1].str()) : 0;
}

/// Of the image's minor version where there is one: pip evaluates "; python_version < '3.11'" with the Python it runs in.
Result<Pip> find_pip(int minor)
{
  Pip other;
  for (const std::string& interpreter : {std::string("python3"), fmt::format("python3.{}", minor)}) {
    DAVIT_TRY_ASSIGN(const int found, minor_with_pip(interpreter));
    if (found == minor) {
      return Pip{.command = {interpreter, "-m", "pip"}, .python_minor = minor};
    }
    if (found != 0) {
      other = {.command = {interpreter, "-m", "pip"}, .python_minor = found};
    }
  }
  if (other.command.empty()) {
    return fail(usage_error(
        "pip was not found, and the handler needs wheels",
        "install it: apt-get install python3-pip (or put a virtual environment with pip first on PATH); or uv, which does as well"));
  }
  return other;
}

std::vector<std::string> arguments_of(const Pip& pip, const WheelRequest& request)
{
  std::vector<std::string> out = pip.command;
  out.insert(out.end(), {"install", "--target", request.target.string(), "--no-warn-script-location"});
  const auto options = wheel_options(request.python, request.architecture);
  out.insert(out.end(), options.begin(), options.end());
  out.insert(out.end(), request.requirements.begin(), request.requirements.end());
  return out;
}

/// pip's last words: its error lines, without the prefix.
std::vector<std::string> error_lines(const std::string& output)
{
  static const std::regex k_error(R"((?:^|\n)ERROR: ([^\n]+))");
  std::vector<std::string> lines;
  for (std::sregex_iterator match(output.begin(), output.end(), k_error); match != std::sregex_iterator(); ++match) {
    lines.push_back((*match)[1].str());
  }
  return lines;
}

bool is_network_failure(const std::string& output)
{
  static const std::regex k_network(
      "NewConnectionError|Temporary failure in name resolution|Name or service not known|ConnectTimeout|ReadTimeout|"
      "Connection refused|Network is unreachable|ProxyError|SSLError|SSLCertVerificationError|HTTP error 5\\d\\d");
  return std::regex_search(output, k_network);
}

/// With `in_no_version`, pip saw no file of the project at all: it may be misspelt, or the index was not reached, which pip does not tell
/// apart.
Error missing_wheel_error(const WheelRequest& request, const std::string& requirement, bool in_no_version)
{
  const std::string image =
      fmt::format("Python 3.{} on {} with glibc 2.{}", request.python.minor, name_of(request.architecture), request.python.glibc_minor);
  if (in_no_version) {
    return failed_error(fmt::format("pip found no wheel of {}, in no version, for {}", requirement, image),
                        "check the name, and that pip reaches an index that has it (PIP_INDEX_URL, PIP_FIND_LINKS)");
  }
  return failed_error(
      fmt::format("there is no wheel of {} for {}", requirement, image),
      "choose a version that has one (pip index versions NAME lists them), or build one and name its folder in PIP_FIND_LINKS");
}

/// Nothing when pip did not complain about a hash.
std::optional<Error> hash_error(const std::string& output)
{
  static const std::regex k_mismatch(R"(DO NOT MATCH THE HASHES[^\n]*\n\s+(\S+) from )");
  std::smatch match;
  if (!std::regex_search(output, match, k_mismatch)) {
    return std::nullopt;
  }
  return failed_error(fmt::format("the wheel of {} has another hash than the requirements file names", match[1].str()),
                      "it may have been tampered with; only if you know why it changed, write the new hash (pip hash FILE)");
}

Error pip_error(const WheelRequest& request, const std::string& output)
{
  const auto lines = error_lines(output);
  if (is_network_failure(output)) {
    return {.kind = ErrorKind::unavailable,
            .message = "pip cannot reach the package index" + (lines.empty() ? std::string{} : ": " + lines.back()),
            .hint = "check the network, or point pip at a mirror or a folder of wheels: PIP_INDEX_URL, PIP_FIND_LINKS"};
  }
  if (auto error = hash_error(output)) {
    return std::move(*error);
  }
  static const std::regex k_missing("No matching distribution found for (.+)");
  std::smatch match;
  for (const auto& line : lines) {
    if (std::regex_search(line, match, k_missing)) {
      return missing_wheel_error(request, match[1].str(), output.find("(from versions: none)") != std::string::npos);
    }
  }
  return failed_error("pip failed: " + (lines.empty() ? output.substr(output.size() > 300 ? output.size() - 300 : 0) : lines.front()),
                      "davit ran pip install --target with wheels only; the requirements file must work with that");
}

/// A wheel of pip's report (pip.pypa.io/en/stable/reference/installation-report).
Result<LockedWheel> wheel_of(const Json& item)
{
  const auto& metadata = item.at("metadata");
  LockedWheel wheel{.name = metadata.at("name").get<std::string>(), .version = metadata.at("version").get<std::string>()};
  const auto& download = item.at("download_info");
  wheel.sha256 = download.at("archive_info").at("hashes").value("sha256", "");
  if (wheel.sha256.empty()) {
    return fail(failed_error(fmt::format("the index names no SHA-256 of {} {}", wheel.name, wheel.version),
                             "use an index that does, or a folder of wheels (PIP_FIND_LINKS)"));
  }
  wheel.source = item.value("is_direct", false) ? without_passwords(download.at("url").get<std::string>()) : "";
  return wheel;
}

Result<std::vector<LockedWheel>> wheels_of_report(const std::filesystem::path& report)
{
  DAVIT_TRY_ASSIGN(const std::string text, read_file(report));
  DAVIT_TRY_ASSIGN(const Json document, parse_json(text, "pip's report"));
  std::vector<LockedWheel> wheels;
  try {
    for (const auto& item : document.at("install")) {
      DAVIT_TRY_ASSIGN(LockedWheel wheel, wheel_of(item));
      wheels.push_back(std::move(wheel));
    }
  } catch (const nlohmann::json::exception&) {
    return fail(failed_error("pip's report lacks a member", "use pip 23 or newer"));
  }
  std::sort(wheels.begin(), wheels.end(), [](const LockedWheel& a, const LockedWheel& b) { return a.name < b.name; });
  return wheels;
}

}  // namespace

std::vector<std::string> platform_tags(const PythonRuntime& python, Architecture architecture)
{
  const std::string machine = architecture == Architecture::x86_64 ? "x86_64" : "aarch64";
  std::vector<std::string> tags;
  for (int minor = python.glibc_minor; minor >= k_oldest_numbered_glibc; --minor) {
    tags.push_back(fmt::format("manylinux_2_{}_{}", minor, machine));
  }
  tags.push_back("manylinux2014_" + machine);
  if (architecture == Architecture::x86_64) {
    tags.insert(tags.end(), {"manylinux_2_12_x86_64", "manylinux2010_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64"});
  }
  tags.push_back("linux_" + machine);
  return tags;
}

std::vector<std::string> wheel_options(const PythonRuntime& python, Architecture architecture)
{
  std::vector<std::string> options{
      "--python-version", fmt::format("3.{}", python.minor), "--implementation", "cp", "--only-binary=:all:", "--no-compile"};
  for (const auto& tag : platform_tags(python, architecture)) {
    options.insert(options.end(), {"--platform", tag});
  }
  return options;
}

Result<bool> has_pip(int minor)
{
  const auto pip = find_pip(minor);
  if (!pip && pip.error().kind == ErrorKind::cancelled) {
    return fail(pip.error());
  }
  return pip.has_value();
}

Result<std::vector<std::string>> pip_install(const WheelRequest& request)
{
  DAVIT_TRY_ASSIGN(const Pip pip, find_pip(request.python.minor));
  DAVIT_TRY_ASSIGN(const auto finished, cli::run_program({.arguments = arguments_of(pip, request),
                                                          .environment = pip_environment(),
                                                          .directory = request.directory,
                                                          .on_line = request.progress}));
  if (finished.exit_code != 0) {
    return fail(pip_error(request, finished.output));
  }
  if (pip.python_minor != request.python.minor) {
    return std::vector{fmt::format(
        "pip ran in Python 3.{}, the image has 3.{}: requirements with a python_version marker were judged by the former; put python3.{} on PATH",
        pip.python_minor, request.python.minor, request.python.minor)};
  }
  return std::vector<std::string>{};
}

Result<std::vector<LockedWheel>> choose_wheels(const WheelRequest& request)
{
  DAVIT_TRY_ASSIGN(const Pip pip, find_pip(request.python.minor));
  const auto report = std::filesystem::absolute(request.target / "report.json");
  auto arguments = arguments_of(pip, request);
  arguments.insert(arguments.end(), {"--dry-run", "--ignore-installed", "--report", report.string()});
  DAVIT_TRY_ASSIGN(const auto finished, cli::run_program({.arguments = std::move(arguments),
                                                          .environment = pip_environment(),
                                                          .directory = request.directory,
                                                          .on_line = request.progress}));
  if (finished.output.find("no such option: --report") != std::string::npos) {
    return fail(usage_error("this pip cannot report what it chooses", "use pip 23 or newer: python3 -m pip install --upgrade pip"));
  }
  if (finished.exit_code != 0) {
    return fail(pip_error(request, finished.output));
  }
  return wheels_of_report(report);
}

}  // namespace davit::commands::image
