// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "aws/local/lambda/event_config.hpp"
#include "aws/local/lambda/function_name.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/lambda/log_writer.hpp"
#include "aws/local/lambda/qualifier.hpp"

namespace davit::aws::local::lambda {

/// An asynchronous invocation between its acceptance and its end.
struct QueuedEvent {
  FunctionName name;  ///< as the caller named the function
  InvokeRequest request;
  std::int64_t accepted_ms = 0;
  int invocations = 0;    ///< that ended in a function error
  int postponements = 0;  ///< because no environment could be had
};

/// What EventQueue works with; all of it outlives the queue.
struct EventQueueParts {
  store::Database& database;
  QualifierResolver resolver;
  SettingStore& settings;
  Invoker& invoker;
  LogWriter& log;
  Clock clock;
  std::chrono::milliseconds retry_wait;  ///< before the second attempt; before the third it is twice that
};

/// Events on their way to functions whose callers do not wait. A function error is tried again twice, a throttled event as long as its age
/// allows; then, and after a success, a record goes to the destination. What was accepted outlives the process: a queue that is opened goes
/// on where the one before was stopped or killed, so an event may be handled twice, as in Lambda.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
///
/// Destinations are functions. Records for others (SQS, SNS, EventBridge, S3), which are not served here, become lines of the log group
/// /davit/destinations, in a stream that bears the destination's name.
class EventQueue
{
public:
  static Result<std::unique_ptr<EventQueue>> open(EventQueueParts parts);
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;
  ~EventQueue() { stop(); }

  /// When it returns success the event survives the end of this process.
  Status push(QueuedEvent event);

  /// No further attempts; those under way are not recorded and happen again in the next queue.
  void stop();

private:
  explicit EventQueue(EventQueueParts parts);
  Status load();
  void run();
  void attempt(QueuedEvent event);
  void attempted(QueuedEvent event, const Answer<InvokeResult>& answer);
  void schedule(QueuedEvent event, std::chrono::milliseconds wait);
  void finish(const QueuedEvent& event, const std::string& condition, const InvokeResult* result);
  void deliver(const QueuedEvent& event, const std::string& destination, std::string record);
  [[nodiscard]] EventConfig config_of(const QueuedEvent& event) const;
  Status keep(const QueuedEvent& event);
  [[nodiscard]] std::int64_t now_ms() const { return m_parts.clock().time_since_epoch().count(); }
  bool is_stopped();

  EventQueueParts m_parts;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::multimap<std::chrono::steady_clock::time_point, QueuedEvent> m_due;
  bool m_stopped = false;
  std::thread m_thread;
};

}  // namespace davit::aws::local::lambda
