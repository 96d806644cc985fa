// SPDX-License-Identifier: Apache-2.0
#include "commands/table/paged_scan.hpp"

#include <thread>
#include <utility>

#include "aws/core/interrupt.hpp"

namespace davit::commands::table {

using aws::dynamodb::Page;

Result<Page> PagedScan::fetch()
{
  // Counted from here: the caller may have been busy for long.
  const Patience patience{m_patience};
  for (int attempts = 1;; ++attempts) {
    if (interrupted() != 0) {
      return fail(Error{.kind = ErrorKind::cancelled, .message = "interrupted"});
    }
    auto page = m_client.scan(m_request);
    if (page || page.error().kind != ErrorKind::unavailable || patience.is_exhausted()) {
      return page;
    }
    std::this_thread::sleep_for(back_off(attempts));
  }
}

Result<std::optional<Page>> PagedScan::next()
{
  if (m_is_at_end) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(Page page, fetch());
  if (!page.last_key.empty() && page.last_key == m_request.start_key) {
    return fail(failed_error("the service gives the same page again and again, so the end of the table is never reached"));
  }
  m_is_at_end = page.last_key.empty();
  m_request.start_key = page.last_key;
  return page;
}

}  // namespace davit::commands::table
