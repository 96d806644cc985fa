// SPDX-License-Identifier: Apache-2.0
#include "cli/config/names.hpp"

namespace davit::cli::config {
namespace {

/// Every variable with the paths of the keys that it comes from.
std::map<std::string, std::vector<std::string>> variables_of(const Project& project)
{
  std::map<std::string, std::vector<std::string>> paths;
  const auto note = [&](const auto& section, std::string_view suffix, const std::string& path) {
    for (const auto& entry : section) {
      paths[variable_name(entry.first, suffix)].push_back(path + entry.first);
    }
  };
  note(project.tables, "TABLE", "tables.");
  note(project.buckets, "BUCKET", "buckets.");
  note(project.functions, "FUNCTION", "functions.");
  note(project.secrets, "SECRET_ARN", "secrets.");
  return paths;
}

}  // namespace

std::string variable_name(std::string_view key, std::string_view suffix)
{
  std::string name;
  for (const char c : key) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += lower ? static_cast<char>(c - 'a' + 'A') : (kept ? c : '_');
  }
  // Lambda takes no name that begins with anything but a letter.
  const bool needs_letter = !name.empty() && !(name.front() >= 'A' && name.front() <= 'Z');
  return (needs_letter ? "X" : "") + name + "_" + std::string(suffix);
}

std::map<std::string, std::string> derived_variables(const Project& project)
{
  std::map<std::string, std::string> derived;
  for (const auto& [variable, paths] : variables_of(project)) {
    derived[variable] = paths.front();
  }
  return derived;
}

std::map<std::string, std::vector<std::string>> shared_variables(const Project& project)
{
  auto paths = variables_of(project);
  std::erase_if(paths, [](const auto& entry) { return entry.second.size() < 2; });
  return paths;
}

}  // namespace davit::cli::config
