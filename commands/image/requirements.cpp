// SPDX-License-Identifier: Apache-2.0
#include "commands/image/requirements.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <regex>
#include <set>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/crypto/digest.hpp"
#include "commands/image/pip_settings.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;

/// A logical line: continued ones joined, comments taken off.
struct Line {
  int number = 0;
  std::string text;
};

std::string trimmed(const std::string& text)
{
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? std::string{} : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// A '#' starts a comment at the start of a line or after white space, so that it may stand in a URL.
std::string without_comment(const std::string& line)
{
  for (std::size_t hash = line.find('#'); hash != std::string::npos; hash = line.find('#', hash + 1)) {
    if (hash == 0 || line[hash - 1] == ' ' || line[hash - 1] == '\t') {
      return line.substr(0, hash);
    }
  }
  return line;
}

std::vector<Line> logical_lines(const std::string& content)
{
  std::vector<Line> lines;
  std::string joined;
  int number = 0;
  int first = 0;
  for (std::size_t start = 0; start < content.size(); ++number) {
    const std::size_t end = std::min(content.find('\n', start), content.size());
    std::string line = without_comment(content.substr(start, end - start));
    start = end + 1;
    first = joined.empty() ? number + 1 : first;
    const std::string rest = trimmed(line);
    if (rest.ends_with('\\')) {
      joined += rest.substr(0, rest.size() - 1);
      continue;
    }
    joined += rest;
    if (!joined.empty()) {
      lines.push_back({.number = first, .text = std::exchange(joined, {})});
    }
  }
  return lines;
}

/// The value of "-r file", "-rfile", "--requirement file" or "--requirement=file".
std::optional<std::string> option_value(const std::string& text, std::string_view short_name, std::string_view long_name)
{
  if (text.starts_with(long_name) && text.size() > long_name.size() && (text[long_name.size()] == '=' || text[long_name.size()] == ' ')) {
    return trimmed(text.substr(long_name.size() + 1));
  }
  return text.starts_with(short_name) && !text.starts_with("--") ? std::optional(trimmed(text.substr(short_name.size()))) : std::nullopt;
}

std::string normalized(std::string name)
{
  static const std::regex k_separators("[-_.]+");
  name = std::regex_replace(name, k_separators, "-");
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

bool is_local_path(const std::string& text)
{
  const std::string target = text.substr(0, text.find(" ;"));
  return target.starts_with(".") || target.starts_with("/") || target.starts_with("~") || target.starts_with("file:") ||
         target.find("@ file:") != std::string::npos;
}

/// Why no wheel can be chosen for the line; empty when one can.
std::string refusal(const std::string& text)
{
  if (option_value(text, "-e", "--editable")) {
    return "an editable requirement is a folder of this machine, not a wheel";
  }
  if (text.starts_with("--no-binary")) {
    return "building from source would make a package for this machine, not for the image";
  }
  static const std::regex k_version_control(R"((^|@\s*)(git|hg|svn|bzr)\+)");
  if (std::regex_search(text, k_version_control)) {
    return "a version-controlled requirement would be built from source, for this machine";
  }
  return is_local_path(text) && text.find(".whl") == std::string::npos ? "a folder or source archive would be built for this machine" : "";
}

/// pip puts environment variables into every line: "${NAME}", in capitals (pip.pypa.io, "Using environment variables"). One that is not set
/// stays as it is written.
std::string expanded(const std::string& text)
{
  static const std::regex k_variable(R"(\$\{([A-Z0-9_]+)\})");
  std::string out;
  auto rest = text.cbegin();
  for (std::sregex_iterator match(text.begin(), text.end(), k_variable); match != std::sregex_iterator(); ++match) {
    const char* value = std::getenv((*match)[1].str().c_str());
    out.append(rest, (*match)[0].first).append(value == nullptr ? (*match)[0].str() : value);
    rest = (*match)[0].second;
  }
  return out.append(rest, text.cend());
}

class Reader
{
public:
  explicit Reader(fs::path folder) : m_folder(std::move(folder)) {}

  Status read(const fs::path& file)
  {
    if (!m_seen.insert(file.lexically_normal().string()).second) {
      return {};
    }
    DAVIT_TRY_ASSIGN(const std::string content, read_file(file));
    for (const auto& line : logical_lines(content)) {
      DAVIT_TRY(take(line, file));
    }
    return {};
  }

  Result<Requirements> finish(const fs::path& file)
  {
    if (m_problems.empty()) {
      return std::move(m_result);
    }
    Error error = usage_error(fmt::format("{} names what cannot go into an image", file.filename().string()),
                              "publish it as a wheel, or copy its code into handler.source");
    error.diagnostics = std::move(m_problems);
    return fail(std::move(error));
  }

private:
  Status take(const Line& line, const fs::path& file)
  {
    if (const std::string reason = refusal(line.text); !reason.empty()) {
      m_problems.push_back({.file = file.string(),
                            .line = line.number,
                            .column = 1,
                            .message = reason,
                            .source = line.text,
                            .width = static_cast<int>(line.text.size())});
      return {};
    }
    const std::string text = expanded(line.text);
    m_result.content += without_passwords(text) + "\n";
    m_result.lines += without_passwords(text) + "\n";
    if (const auto location = option_value(text, "-f", "--find-links")) {
      m_result.content += wheels_at(*location, file.parent_path());
      std::error_code error;
      const fs::path folder = fs::absolute(file.parent_path() / *location);
      m_result.options.push_back("--find-links " + (fs::exists(folder, error) ? folder.string() : *location));
      return {};
    }
    const auto included = option_value(text, "-r", "--requirement");
    const auto constraints = option_value(text, "-c", "--constraint");
    if (included || constraints) {
      const bool was_constraint = std::exchange(m_in_constraints, m_in_constraints || constraints.has_value());
      DAVIT_TRY(read(file.parent_path() / (included ? *included : *constraints)));
      m_in_constraints = was_constraint;
      return {};
    }
    if (text.starts_with("-")) {
      m_result.options.push_back(text);
      return {};
    }
    return m_in_constraints ? Status{} : take_requirement(text);
  }

  Status take_requirement(const std::string& text)
  {
    if (is_local_path(text)) {
      const fs::path path = m_folder / text.substr(0, text.find(' '));
      DAVIT_TRY_ASSIGN(const std::string wheel, read_file(path));
      m_result.content += to_hex(aws::crypto::sha256(wheel)) + "\n";
      m_result.lines += to_hex(aws::crypto::sha256(wheel)) + "\n";
      const std::string name = path.filename().string();
      m_result.projects.push_back(normalized(name.substr(0, name.find('-'))));
      return {};
    }
    const std::string name = text.substr(0, text.find_first_of(" [<>=!~;@"));
    m_result.projects.push_back(normalized(name));
    static const std::regex k_exact(R"(===?\s*[^*\s,;]+(?=[\s,;]|$)|@\s*https?:)");
    if (!std::regex_search(text, k_exact)) {
      m_result.unpinned.push_back(name);
    }
    return {};
  }

  fs::path m_folder;
  Requirements m_result;
  std::vector<Diagnostic> m_problems;
  std::set<std::string> m_seen;
  bool m_in_constraints = false;
};

}  // namespace

Result<Requirements> read_requirements(const fs::path& file)
{
  Reader reader(file.parent_path());
  DAVIT_TRY(reader.read(file));
  return reader.finish(file);
}

}  // namespace davit::commands::image
