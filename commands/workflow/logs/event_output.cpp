// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/logs/event_output.hpp"

#include <fmt/format.h>

#include "cli/output/table.hpp"
#include "cli/term/visible.hpp"

namespace davit::commands::workflow::logs {
namespace {

using aws::logs::LogEvent;

/// With milliseconds, also when there are none, so that the lines of one log stand below each other.
std::string full_time(TimePoint time)
{
  return fmt::format("{}.{:03}Z", to_rfc3339(time).substr(0, 19), time.time_since_epoch().count() % 1000);
}

/// "[$LATEST]1f3a09bc" of "2026/11/26/[$LATEST]1f3a09bc0d6f4f4e9a1b2c3d4e5f6071".
std::string short_stream(const std::string& stream)
{
  constexpr std::size_t k_shown = 8;
  const std::size_t open = stream.find("/[");
  const std::size_t close = stream.find(']', open == std::string::npos ? 0 : open);
  return open == std::string::npos || close == std::string::npos ? stream : stream.substr(open + 1, close + k_shown - open);
}

std::string without_line_end(std::string_view message)
{
  const std::size_t last = message.find_last_not_of("\r\n");
  return std::string(message.substr(0, last + 1));  // npos + 1 is 0
}

std::string tsv_line(const LogEvent& event, Arrival arrival)
{
  const cli::Table row{
      .header = {},
      .rows = {{full_time(event.time), event.stream, arrival == Arrival::late ? "late" : "", without_line_end(event.message)}}};
  return cli::render_tsv(row);
}

std::string dumped(const OrderedJson& document)
{
  return document.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

std::string event_line(const LogEvent& event, Arrival arrival)
{
  return fmt::format("{} {}{} {}\n", full_time(event.time), cli::visible_in_place(short_stream(event.stream)),
                     arrival == Arrival::late ? " (late)" : "", cli::visible(without_line_end(event.message)));
}

OrderedJson event_document(const LogEvent& event, Arrival arrival)
{
  return {{"timestamp", to_rfc3339(event.time)},
          {"ingestionTime", to_rfc3339(event.ingestion)},
          {"stream", event.stream},
          {"eventId", event.event_id},
          {"late", arrival == Arrival::late},
          {"message", event.message}};
}

EventOutput::EventOutput(cli::Context& context, std::string group)
    : m_out(context.streams().out), m_format(context.globals().output), m_group(std::move(group))
{
}

Status EventOutput::write(const LogEvent& event, Arrival arrival)
{
  const bool is_first = std::exchange(m_is_empty, false);
  if (!m_format || m_format == cli::Format::table) {
    return m_out.write(event_line(event, arrival));
  }
  if (m_format == cli::Format::tsv) {
    return m_out.write(tsv_line(event, arrival));
  }
  if (m_format == cli::Format::jsonl) {
    return m_out.write(dumped(event_document(event, arrival)) + "\n");
  }
  // One document, which is YAML too, written piece by piece: nobody knows how many events come.
  const std::string head = fmt::format("{{\n  \"group\": {},\n  \"events\": [", dumped(m_group));
  return m_out.write((is_first ? head : ",") + "\n    " + dumped(event_document(event, arrival)));
}

Status EventOutput::flush()
{
  return m_out.flush();
}

Status EventOutput::finish(const OrderedJson& totals)
{
  if (m_format != cli::Format::json && m_format != cli::Format::yaml) {
    return m_out.flush();
  }
  std::string end = m_is_empty ? fmt::format("{{\n  \"group\": {},\n  \"events\": [", dumped(m_group)) : "\n  ";
  end += "]";
  for (const auto& [name, value] : totals.items()) {
    end += fmt::format(",\n  \"{}\": {}", name, dumped(value));
  }
  DAVIT_TRY(m_out.write(end + "\n}\n"));
  return m_out.flush();
}

bool EventOutput::is_unread() const
{
  return m_out.reader_is_gone();
}

}  // namespace davit::commands::workflow::logs
