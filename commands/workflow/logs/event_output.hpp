// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/core/json.hpp"
#include "aws/logs/client.hpp"
#include "cli/context.hpp"
#include "commands/workflow/logs/seen_events.hpp"

namespace davit::commands::workflow::logs {

/// Writes events to stdout as they come: a line each for people (and for tsv and jsonl), one document for json and yaml.
class EventOutput
{
public:
  EventOutput(cli::Context& context, std::string group);

  Status write(const aws::logs::LogEvent& event, Arrival arrival);

  /// Makes what was written visible: at the end of a read.
  Status flush();

  /// The rest of the document, with these totals.
  Status finish(const OrderedJson& totals);

  /// Nobody reads stdout any more.
  [[nodiscard]] bool is_unread() const;

private:
  cli::OutStream& m_out;
  std::optional<cli::Format> m_format;
  std::string m_group;
  bool m_is_empty = true;
};

/// "2026-11-26T03:22:23.123Z [7]1f3a09bc message": the version and the beginning of the sandbox's name for a stream of Lambda, the whole
/// name of any other.
std::string event_line(const aws::logs::LogEvent& event, Arrival arrival);

OrderedJson event_document(const aws::logs::LogEvent& event, Arrival arrival);

}  // namespace davit::commands::workflow::logs
