// SPDX-License-Identifier: Apache-2.0
#include "cli/config/names.hpp"

#include <algorithm>

namespace davit::cli::config {
namespace {

constexpr std::string_view k_table = "TABLE";
constexpr std::string_view k_bucket = "BUCKET";
constexpr std::string_view k_function = "FUNCTION";
constexpr std::string_view k_secret = "SECRET_ARN";

bool calls(const Function& function, const std::string& caller)
{
  return std::find(function.called_by.begin(), function.called_by.end(), caller) != function.called_by.end();
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

std::map<std::string, std::string> resource_variables(const Project& project, const std::string& function)
{
  std::map<std::string, std::string> variables;
  for (const auto& [key, table] : project.tables) {
    variables[variable_name(key, k_table)] = project.physical_name(key);
  }
  for (const auto& [key, bucket] : project.buckets) {
    variables[variable_name(key, k_bucket)] = project.physical_name(key);
  }
  for (const auto& [key, other] : project.functions) {
    if (calls(other, function)) {
      variables[variable_name(key, k_function)] = project.physical_name(key);
    }
  }
  return variables;
}

std::map<std::string, std::string> secret_variables(const std::map<std::string, std::string>& arns)
{
  std::map<std::string, std::string> variables;
  for (const auto& [key, arn] : arns) {
    variables[variable_name(key, k_secret)] = arn;
  }
  return variables;
}

std::map<std::string, std::vector<std::string>> shared_variables(const Project& project)
{
  std::map<std::string, std::vector<std::string>> paths;
  const auto note = [&](const auto& section, std::string_view suffix, const std::string& path) {
    for (const auto& entry : section) {
      paths[variable_name(entry.first, suffix)].push_back(path + entry.first);
    }
  };
  note(project.tables, k_table, "tables.");
  note(project.buckets, k_bucket, "buckets.");
  note(project.functions, k_function, "functions.");
  note(project.secrets, k_secret, "secrets.");
  std::erase_if(paths, [](const auto& entry) { return entry.second.size() < 2; });
  return paths;
}

}  // namespace davit::cli::config
