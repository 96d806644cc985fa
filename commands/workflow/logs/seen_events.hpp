// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "aws/core/time.hpp"
#include "aws/logs/client.hpp"

namespace davit::commands::workflow::logs {

/// Whether something newer had been shown when the event came.
enum class Arrival { in_order, late };

/// Tells new events from those that overlapping reads brought before. Of each it keeps 16 bytes of a SHA-256 of its id, so that hours of
/// a busy group fit into memory; two ids that share them would have to be made on purpose.
class SeenEvents
{
public:
  /// Nothing when the event was there before.
  std::optional<Arrival> take(const aws::logs::LogEvent& event);

  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(m_ids.size()); }
  [[nodiscard]] std::int64_t late() const { return m_late; }

  /// The newest time of all events taken.
  [[nodiscard]] std::optional<TimePoint> newest() const { return m_newest; }

private:
  using Id = std::array<char, 16>;
  struct Hash {
    std::size_t operator()(const Id& id) const
    {
      std::size_t value = 0;
      std::memcpy(&value, id.data(), sizeof value);
      return value;
    }
  };

  std::unordered_set<Id, Hash> m_ids;
  std::optional<TimePoint> m_newest;
  std::int64_t m_late = 0;
};

}  // namespace davit::commands::workflow::logs
