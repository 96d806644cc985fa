// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/invoke/log_report.hpp"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"

namespace davit::commands::workflow::invoke {
namespace {

/// The last line that holds these words; empty when none does.
std::string_view last_line_with(std::string_view log, std::string_view words)
{
  const std::size_t at = log.rfind(words);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::size_t begin = log.rfind('\n', at) + 1;  // npos + 1 is the beginning
  return log.substr(begin, log.find('\n', at) - begin);
}

/// The number behind "<tab>NAME: "; "Duration" is also the end of "Billed Duration".
std::optional<double> field(std::string_view line, const std::string& name)
{
  const std::string label = "\t" + name + ": ";
  const std::size_t at = line.find(label);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string number(line.substr(at + label.size(), 24));
  return std::strtod(number.c_str(), nullptr);
}

/// Figures of the JSON format have fractions (`"billedDurationMs": 3.0`).
std::optional<int> whole(std::optional<double> value)
{
  return value ? std::optional(static_cast<int>(std::lround(*value))) : std::nullopt;
}

LogReport read_text(std::string_view line)
{
  return {.duration_ms = field(line, "Duration"),
          .billed_ms = whole(field(line, "Billed Duration")),
          .init_ms = field(line, "Init Duration"),
          .max_memory_mb = whole(field(line, "Max Memory Used")),
          .memory_mb = whole(field(line, "Memory Size"))};
}

LogReport read_json(std::string_view line)
{
  const auto parsed = parse_json(line, "log");
  if (!parsed) {
    return {};
  }
  const Json& metrics = object_member(object_member(*parsed, "record"), "metrics");
  return {.duration_ms = number_member(metrics, "durationMs"),
          .billed_ms = whole(number_member(metrics, "billedDurationMs")),
          .init_ms = number_member(metrics, "initDurationMs"),
          .max_memory_mb = whole(number_member(metrics, "maxMemoryUsedMB")),
          .memory_mb = whole(number_member(metrics, "memorySizeMB"))};
}

}  // namespace

LogReport read_report(std::string_view log)
{
  const std::string_view text = last_line_with(log, "REPORT RequestId:");
  return text.empty() ? read_json(last_line_with(log, "\"platform.report\"")) : read_text(text);
}

}  // namespace davit::commands::workflow::invoke
