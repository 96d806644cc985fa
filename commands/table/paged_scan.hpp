// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "aws/dynamodb/client.hpp"
#include "commands/table/patience.hpp"

namespace davit::commands::table {

/// The pages of a scan, one after the other, for a caller that has something to do with each before the next is read. A page that fails
/// for a while is asked for again until nothing came for as long as the patience.
class PagedScan
{
public:
  PagedScan(aws::dynamodb::Client& client, aws::dynamodb::ScanRequest request, std::chrono::milliseconds patience)
      : m_client(client), m_request(std::move(request)), m_patience(patience)
  {
  }

  /// The next page, or nothing behind the last one. An interrupt is a cancelled error.
  Result<std::optional<aws::dynamodb::Page>> next();

private:
  Result<aws::dynamodb::Page> fetch();

  aws::dynamodb::Client& m_client;
  aws::dynamodb::ScanRequest m_request;
  std::chrono::milliseconds m_patience;
  bool m_is_at_end = false;
};

}  // namespace davit::commands::table
