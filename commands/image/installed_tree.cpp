// SPDX-License-Identifier: Apache-2.0
#include "commands/image/installed_tree.hpp"

#include <fmt/format.h>

#include <regex>
#include <set>
#include <sstream>

#include "aws/core/file.hpp"
#include "commands/image/elf.hpp"

namespace davit::commands::image {
namespace {

// Written by the installer about itself (packaging.python.org, "Recording installed projects"); they name this machine's tools and paths.
constexpr std::string_view k_left_out = R"(
.lock
*.dist-info/INSTALLER
*.dist-info/REQUESTED
*.dist-info/direct_url.json
*.dist-info/uv_cache.json
)";

IgnoreRules rules()
{
  IgnoreRules out;
  out.add(k_left_out);
  return out;
}

bool is_script(const std::string& path, const std::string& prefix)
{
  return path.starts_with(prefix + "/bin/");
}

/// Scripts of a wheel start with the path of the Python that installed them.
std::string with_interpreter(const std::string& script, const std::string& interpreter)
{
  const std::size_t end = std::min(script.find('\n'), script.size());
  const bool starts_python = script.starts_with("#!") && script.substr(0, end).find("python") != std::string::npos;
  return starts_python ? "#!" + interpreter + script.substr(end) : script;
}

/// What starts a function of a wheel's entry points. Every installer, and every version of one, writes it in other words.
std::string launcher(const std::string& interpreter, const std::string& module, const std::string& function)
{
  return fmt::format("#!{}\nimport sys\nfrom {} import {}\nif __name__ == \"__main__\":\n    sys.exit({}())\n", interpreter, module,
                     function.substr(0, function.find('.')), function);
}

/// Adds the launchers that an entry_points.txt asks for, by name (packaging.python.org, "Entry points specification").
void add_launchers(const std::string& entry_points, const std::string& interpreter, std::map<std::string, std::string>& launchers)
{
  static const std::regex k_entry(R"(\s*([^\s=#;][^=]*?)\s*=\s*([\w.]+)\s*:\s*([\w.]+)\s*(\[.*\])?\s*)");
  bool is_scripts = false;
  std::istringstream lines(entry_points);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.starts_with('[')) {
      is_scripts = line.starts_with("[console_scripts]") || line.starts_with("[gui_scripts]");
    } else if (is_scripts && std::regex_match(line, match, k_entry)) {
      launchers[match[1].str()] = launcher(interpreter, match[2].str(), match[3].str());
    }
  }
}

Result<std::map<std::string, std::string>> launchers_of(const FileTree& tree, const std::string& interpreter)
{
  std::map<std::string, std::string> launchers;
  for (const auto& [path, file] : tree.files) {
    if (path.ends_with(".dist-info/entry_points.txt")) {
      DAVIT_TRY_ASSIGN(const std::string entry_points, read_file(file.source));
      add_launchers(entry_points, interpreter, launchers);
    }
  }
  return launchers;
}

/// The path is the first field of a RECORD line, quoted when it holds a comma.
bool names_left_out_file(const std::string& line, const IgnoreRules& left_out)
{
  const std::string path = line.starts_with('"') ? line.substr(1, line.find('"', 1) - 1) : line.substr(0, line.find(','));
  return left_out.ignores(path, false) || path.find("__pycache__/") != std::string::npos;
}

/// Scripts were rewritten, so that their hash and size are left empty, which the format allows.
std::string normal_record(const std::string& record, const IgnoreRules& left_out)
{
  std::set<std::string> lines;
  for (std::size_t start = 0; start < record.size();) {
    const std::size_t end = std::min(record.find('\n', start), record.size());
    std::string line = record.substr(start, end - start);
    start = end + 1;
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    if (line.starts_with("../../bin/") || line.starts_with("bin/")) {
      line = line.substr(line.starts_with("../../") ? 6 : 0);
      line = line.substr(0, line.find(',')) + ",,";
    }
    if (!line.empty() && !names_left_out_file(line, left_out)) {
      lines.insert(line);
    }
  }
  std::string out;
  for (const auto& line : lines) {
    out += line + "\n";
  }
  return out;
}

Status check_machine(const std::string& path, const TreeFile& file, cli::config::Architecture architecture)
{
  const bool is_library = path.ends_with(".so") || path.find(".so.") != std::string::npos;
  const auto elf = is_library ? read_elf(file.source) : std::nullopt;
  if (!elf || elf->architecture == architecture) {
    return {};
  }
  return fail(failed_error(fmt::format("{} is for another machine than {}", path, name_of(architecture)),
                           "the wheel it came from is mislabelled; choose another version"));
}

}  // namespace

Result<FileTree> installed_tree(const std::filesystem::path& folder, const std::string& prefix, const std::string& interpreter,
                                cli::config::Architecture architecture)
{
  const IgnoreRules left_out = rules();
  DAVIT_TRY_ASSIGN(FileTree tree, collect_files(folder, prefix, left_out));
  DAVIT_TRY_ASSIGN(const auto launchers, launchers_of(tree, interpreter));
  for (auto& [path, file] : tree.files) {
    DAVIT_TRY(check_machine(path, file, architecture));
    if (is_script(path, prefix) && !file.link) {
      DAVIT_TRY_ASSIGN(const std::string script, read_file(file.source));
      const auto known = launchers.find(path.substr(path.rfind('/') + 1));
      file.executable = true;
      file.content = known != launchers.end() ? known->second : with_interpreter(script, interpreter);
    } else if (path.ends_with(".dist-info/RECORD")) {
      DAVIT_TRY_ASSIGN(const std::string record, read_file(file.source));
      file.content = normal_record(record, left_out);
    }
  }
  return tree;
}

}  // namespace davit::commands::image
