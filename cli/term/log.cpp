// SPDX-License-Identifier: Apache-2.0
#include "cli/term/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>

#include "cli/term/visible.hpp"

namespace davit::cli {
namespace {

constexpr std::string_view k_continued = "\n                    ";

/// Through the same stream as everything else on stderr, so that the order of lines is the order of events.
class StreamSink : public spdlog::sinks::base_sink<std::mutex>
{
public:
  explicit StreamSink(OutStream& stream) : m_stream(&stream) {}

private:
  void sink_it_(const spdlog::details::log_msg& message) override
  {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    static_cast<void>(m_stream->write({line.data(), line.size()}));
  }

  void flush_() override { static_cast<void>(m_stream->flush()); }

  OutStream* m_stream;
};

/// An answer must not be able to move the cursor or to forge a line of the log.
std::string shown(std::string_view text)
{
  std::string out;
  for (const char c : visible(text.substr(0, text.find_last_not_of('\n') + 1))) {
    out += c == '\n' ? std::string(k_continued) : std::string(1, c);
  }
  return out;
}

}  // namespace

std::function<void(std::string_view)> make_debug_log(Streams& streams)
{
  const std::string prefix = streams.use_color(streams.err) ? "\x1b[2mdebug %H:%M:%S.%e\x1b[0m  " : "debug %H:%M:%S.%e  ";
  auto logger = std::make_shared<spdlog::logger>("davit", std::make_shared<StreamSink>(streams.err));
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(prefix + "%v", spdlog::pattern_time_type::utc));
  logger->set_level(spdlog::level::debug);
  return [logger](std::string_view line) { logger->debug(shown(line)); };
}

}  // namespace davit::cli
