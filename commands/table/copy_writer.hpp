// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commands/table/batch_writer.hpp"
#include "commands/table/copy.hpp"

namespace davit::commands::table {

/// Brings the items of a copy into its target, as the mode wants, and counts them.
class CopyWriter
{
public:
  CopyWriter(TablePlace& target, const CopyRequest& request, CopyCounts& counts, std::function<void(const CopyCounts&)> progress);

  /// Deals with these items, whose keys differ. An error leaves some of them remaining; those that are counted are dealt with.
  Status write(const std::vector<aws::dynamodb::Item>& items);

private:
  using Indexes = std::vector<std::size_t>;

  Result<Indexes> missing_or_different(const std::vector<aws::dynamodb::Item>& items);
  Status put(const std::vector<aws::dynamodb::Item>& items, const Indexes& wanted);
  Status insert(const std::vector<aws::dynamodb::Item>& items, const Indexes& wanted);
  Status settle_insert(const aws::dynamodb::Item& item, const Result<aws::auth::Answer>& answer,
                       std::vector<aws::dynamodb::Item>& doubtful);
  Status settle_doubtful(const std::vector<aws::dynamodb::Item>& items);
  Status reject(const aws::dynamodb::Item& item, const std::string& reason, const std::string& message);

  TablePlace& m_target;
  const CopyRequest& m_request;
  CopyCounts& m_counts;
  std::function<void(const CopyCounts&)> m_progress;
};

}  // namespace davit::commands::table
