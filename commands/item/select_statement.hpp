// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::commands::item {

/// A SELECT of PartiQL, as much of it as is needed to send it to the right table.
struct SelectStatement {
  std::string text;    ///< with the physical name of its table, in quotes
  std::string table;   ///< as it was written
  std::string index;   ///< as it was written; empty without one
  int parameters = 0;  ///< how many ? it has
  bool has_condition = false;
};

/// Finds the table of the statement and puts `physical_name` of it in its place. Strings, quoted names and comments are passed over. Usage
/// error, with the next step, for every other statement than a SELECT, for several, and for one without a table.
Result<SelectStatement> read_select(std::string_view text, const std::function<std::string(const std::string& table)>& physical_name);

}  // namespace davit::commands::item
