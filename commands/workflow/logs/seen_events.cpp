// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/logs/seen_events.hpp"

#include <algorithm>

#include "aws/crypto/digest.hpp"

namespace davit::commands::workflow::logs {

std::optional<Arrival> SeenEvents::take(const aws::logs::LogEvent& event)
{
  // An id is unique within its group; the stream is there for servers that number the events of each stream.
  const std::string digest = aws::crypto::sha256(event.stream + '\n' + event.event_id);
  Id id{};
  std::copy_n(digest.begin(), id.size(), id.begin());
  if (!m_ids.insert(id).second) {
    return std::nullopt;
  }
  const bool is_late = m_newest && event.time < *m_newest;
  m_newest = is_late ? *m_newest : event.time;
  m_late += is_late ? 1 : 0;
  return is_late ? Arrival::late : Arrival::in_order;
}

}  // namespace davit::commands::workflow::logs
