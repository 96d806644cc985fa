// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/context.hpp"
#include "commands/table/diff.hpp"

namespace davit::commands::table {

/// Writes differences as they come: for people a line an item and a line a changed place, else JSON, with all digits of its numbers.
class DiffPrinter
{
public:
  DiffPrinter(cli::Context& context, bool is_summary);

  Status print(const ItemDifference& difference);
  /// The counts, and whatever the form still needs.
  Status finish(const DiffCounts& counts);

private:
  Status print_for_people(const ItemDifference& difference);

  cli::OutStream& m_out;
  cli::Format m_format;
  bool m_is_summary;
  bool m_has_printed = false;
};

}  // namespace davit::commands::table
