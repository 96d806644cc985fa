// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "aws/local/lambda/invoke_result.hpp"

namespace davit::aws::local::lambda {

/// The largest streamed response: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
/// What Lambda does behind the first 6 MB, 2 MB a second, is not done here.
inline constexpr std::size_t k_stream_limit = 200 * 1024 * 1024;

/// A response on its way from a runtime that still writes it to the caller who reads it already. Safe to use from several threads.
class ResponseChannel
{
public:
  /// The runtime begins to stream. One that answers at once does not, and its answer comes with finish().
  void begin(std::string content_type);
  /// Waits while the caller is far behind; drops what comes when nobody reads any more.
  void write(std::string_view piece);
  /// Nothing else is written, whatever the runtime does: it has answered, or is out of time.
  void close();
  /// The invocation has ended, in whatever way.
  void finish(Answer<InvokeResult> result);

  /// Until the response begins or the invocation has ended.
  void wait_until_begun();
  /// What has come, as soon as there is something; nothing at the end.
  std::optional<std::string> read();
  /// Nobody reads any more; the function goes on, as it does in Lambda.
  void leave();

  /// Of the runtime; empty when it did not stream.
  [[nodiscard]] std::string content_type();
  /// After read() has found the end; before that, only when wait_until_begun() has, and the response did not begin.
  [[nodiscard]] const Answer<InvokeResult>& result() const { return *m_result; }
  [[nodiscard]] bool has_begun();

private:
  std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_begun = false;
  bool m_closed = false;
  bool m_left = false;
  std::string m_content_type;
  std::string m_waiting;
  std::optional<Answer<InvokeResult>> m_result;
};

}  // namespace davit::aws::local::lambda
