// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/docs/model.hpp"

namespace davit::cli::docs {

/// What --help prints: what it does, how to call it, examples, then commands and flags.
std::string help_text(const CommandModel& command, const CommandModel& root);

/// "davit table seed [NAME] [FILE...] [flags]".
std::string usage_line(const CommandModel& command);

/// A text that is no command's: `davit help exit-codes`. Empty when there is no such topic.
std::string help_topic(const std::string& name);

/// The names and one-line summaries of the topics.
std::vector<std::pair<std::string, std::string>> help_topics();

}  // namespace davit::cli::docs
