// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/docs/model.hpp"

namespace davit::cli::docs {

/// The manual page of one command in man(7) macros, "davit-table-seed(1)". Without dates, so that it changes only with its command.
std::string man_page(const CommandModel& command, const CommandModel& root);

/// "davit-table-seed.1".
std::string man_file_name(const CommandModel& command);

}  // namespace davit::cli::docs
