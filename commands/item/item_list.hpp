// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aws/dynamodb/attribute_value.hpp"
#include "cli/context.hpp"

namespace davit::commands::item {

/// Prints any number of items, exactly: JSON as they come, a table when all are there, because only then are its columns known.
class ItemList
{
public:
  explicit ItemList(cli::Context& context);

  Status add(aws::dynamodb::Item item);

  /// Ends the list; `more` are the members that a JSON document has behind the items and their count.
  Result<cli::Outcome> finish(const OrderedJson& more);

  [[nodiscard]] std::int64_t count() const { return m_count; }

private:
  cli::OutStream& m_out;
  cli::Format m_format;
  std::vector<aws::dynamodb::Item> m_items;  ///< of a table
  std::int64_t m_count = 0;
};

}  // namespace davit::commands::item
