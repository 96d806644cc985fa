// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/log_report.hpp"

#include <cstdlib>
#include <string>

namespace davit::commands::workflow::invoke {
namespace {

/// The number after "<name>: ". "Duration" is also the end of "Billed Duration": a field begins at the line's start or after a tab.
std::optional<double> field(std::string_view line, const std::string& name)
{
  for (const std::string& before : {std::string("\t"), std::string(" ")}) {
    const std::string label = before + name + ": ";
    const std::size_t at = line.find(label);
    const bool is_whole = at != std::string_view::npos && (before == "\t" || !line.substr(0, at).ends_with("Billed"));
    if (is_whole) {
      const std::string number(line.substr(at + label.size(), 24));
      return std::strtod(number.c_str(), nullptr);
    }
  }
  return std::nullopt;
}

std::optional<int> whole(std::optional<double> value)
{
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

}  // namespace

LogReport read_report(std::string_view log)
{
  const std::size_t begin = log.rfind("REPORT RequestId:");
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::string_view line = log.substr(begin, log.find('\n', begin) - begin);
  return {.duration_ms = field(line, "Duration"),
          .billed_ms = whole(field(line, "Billed Duration")),
          .init_ms = field(line, "Init Duration"),
          .max_memory_mb = whole(field(line, "Max Memory Used"))};
}

}  // namespace davit::commands::workflow::invoke
