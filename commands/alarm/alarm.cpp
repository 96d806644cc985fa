// SPDX-License-Identifier: Apache-2.0
#include "commands/alarm/alarm.hpp"

#include <CLI/App.hpp>

#include "commands/alarm/list.hpp"
#include "commands/alarm/test.hpp"

namespace davit::commands::alarm {

void add_alarm(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "alarm", "CloudWatch alarms, and whether they reach anybody");
  registry.add_verbs(group, {{"list", add_list}, {"test", add_test}});
}

}  // namespace davit::commands::alarm
