// SPDX-License-Identifier: Apache-2.0
#include "cli/docs/interface.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

namespace davit::cli::docs {
namespace {

std::string signature_of(const OptionModel& option)
{
  const std::string names = fmt::format("{}", fmt::join(option.names, ", "));
  const std::string value = option.positional || option.value.empty() ? "" : " " + option.value;
  return names + value + (option.repeated ? "..." : "") + (option.required ? " (required)" : "");
}

void append(OrderedJson& out, const CommandModel& command)
{
  OrderedJson flags = OrderedJson::array();
  for (const auto& option : command.options) {
    flags.push_back(signature_of(option));
  }
  OrderedJson examples = OrderedJson::array();
  for (const auto& example : command.examples) {
    examples.push_back(example.command);
  }
  if (command.runnable || command.path.size() == 1) {
    out[command.full_name()] = {{"flags", flags}, {"changes", command.changes == Changes::something}, {"examples", examples}};
  }
  for (const auto& sub : command.commands) {
    append(out, sub);
  }
}

}  // namespace

OrderedJson interface_of(const CommandModel& root)
{
  OrderedJson out = OrderedJson::object();
  append(out, root);
  return out;
}

}  // namespace davit::cli::docs
