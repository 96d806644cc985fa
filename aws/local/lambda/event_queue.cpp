// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/event_queue.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/local/lambda/destination_record.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr const char* k_event_schema = R"(
CREATE TABLE IF NOT EXISTS lambda_events (id TEXT PRIMARY KEY, document TEXT NOT NULL);
)";
constexpr const char* k_destination_group = "/davit/destinations";

/// Throttled events wait longer each time: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
constexpr std::chrono::milliseconds k_first_postponement{1'000};
constexpr std::chrono::milliseconds k_longest_postponement{5 * 60'000};

Json to_json(const QueuedEvent& event)
{
  return {{"account", event.name.account},     {"region", event.name.region},           {"function", event.name.name},
          {"qualifier", event.name.qualifier}, {"requestId", event.request.request_id}, {"payload", event.request.payload},
          {"traceId", event.request.trace_id}, {"acceptedMs", event.accepted_ms},       {"invocations", event.invocations}};
}

QueuedEvent event_from_json(const Json& document)
{
  QueuedEvent event{
      .name = {.account = document.at("account"),
               .region = document.at("region"),
               .name = document.at("function"),
               .qualifier = document.at("qualifier")},
      .request = {.request_id = document.at("requestId"), .payload = document.at("payload"), .trace_id = document.at("traceId")},
      .accepted_ms = document.at("acceptedMs"),
      .invocations = document.at("invocations")};
  event.request.invoked_arn = event.name.arn();
  return event;
}

/// A log stream's name has no colons.
std::string stream_of(std::string arn)
{
  std::replace(arn.begin(), arn.end(), ':', '/');
  return arn;
}

}  // namespace

Result<std::unique_ptr<EventQueue>> EventQueue::open(EventQueueParts parts)
{
  DAVIT_TRY(parts.database.create(k_event_schema));
  std::unique_ptr<EventQueue> queue(new EventQueue(std::move(parts)));
  DAVIT_TRY(queue->load());
  queue->m_thread = std::thread([raw = queue.get()] { raw->run(); });
  return queue;
}

EventQueue::EventQueue(EventQueueParts parts) : m_parts(std::move(parts)) {}

Status EventQueue::load()
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_parts.database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM lambda_events"));
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return {};
    }
    try {
      m_due.emplace(std::chrono::steady_clock::now(), event_from_json(Json::parse(rows.text(0))));
    } catch (const Json::exception& e) {
      return fail(failed_error(std::string("a stored event cannot be read: ") + e.what(), "start from nothing: davit local reset"));
    }
  }
}

Status EventQueue::keep(const QueuedEvent& event)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_parts.database.write());
  DAVIT_TRY(transaction->execute("INSERT OR REPLACE INTO lambda_events (id, document) VALUES (?, ?)", event.request.request_id,
                                 dump_json(to_json(event))));
  return transaction.commit();
}

Status EventQueue::push(QueuedEvent event)
{
  event.accepted_ms = now_ms();
  event.request.invoked_arn = event.name.arn();
  DAVIT_TRY(keep(event));
  schedule(std::move(event), {});
  return {};
}

void EventQueue::stop()
{
  {
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
  }
  m_changed.notify_all();
  if (m_thread.joinable()) {
    m_thread.join();
  }
}

bool EventQueue::is_stopped()
{
  const std::lock_guard lock(m_mutex);
  return m_stopped;
}

void EventQueue::schedule(QueuedEvent event, std::chrono::milliseconds wait)
{
  const std::lock_guard lock(m_mutex);
  m_due.emplace(std::chrono::steady_clock::now() + wait, std::move(event));
  m_changed.notify_all();
}

void EventQueue::run()
{
  std::unique_lock lock(m_mutex);
  while (!m_stopped) {
    if (m_due.empty()) {
      m_changed.wait(lock);
    } else if (const auto due = m_due.begin()->first; due > std::chrono::steady_clock::now()) {
      m_changed.wait_until(lock, due);
    } else {
      QueuedEvent event = std::move(m_due.begin()->second);
      m_due.erase(m_due.begin());
      lock.unlock();
      attempt(std::move(event));
      lock.lock();
    }
  }
}

void EventQueue::attempt(QueuedEvent event)
{
  if (now_ms() - event.accepted_ms > std::int64_t{config_of(event).largest_age_s} * 1000) {
    return finish(event, "EventAgeExceeded", nullptr);
  }
  auto function = m_parts.resolver.choose(event.name);
  if (!function) {
    // The function was deleted meanwhile, and nobody is left to be told.
    return finish(event, "RetriesExhausted", nullptr);
  }
  const InvokeRequest request = event.request;
  m_parts.invoker.invoke_later(std::move(*function), request, [this, event = std::move(event)](const Answer<InvokeResult>& answer) {
    if (!is_stopped()) {
      attempted(event, answer);
    }
  });
}

void EventQueue::attempted(QueuedEvent event, const Answer<InvokeResult>& answer)
{
  if (!answer) {
    const auto wait = k_first_postponement * (1 << std::min(event.postponements++, 10));
    return schedule(std::move(event), std::min<std::chrono::milliseconds>(wait, k_longest_postponement));
  }
  ++event.invocations;
  if (!answer->function_error) {
    return finish(event, "Success", &*answer);
  }
  if (event.invocations > config_of(event).retries) {
    return finish(event, "RetriesExhausted", &*answer);
  }
  // A full disk costs the count of attempts after a restart, not the event.
  static_cast<void>(keep(event));
  const auto wait = m_parts.retry_wait * event.invocations;
  schedule(std::move(event), wait);
}

EventConfig EventQueue::config_of(const QueuedEvent& event) const
{
  const Caller owner{.account_id = event.name.account, .region = event.name.region};
  const auto& qualifier = event.name.qualifier;
  const auto document = m_parts.settings.find(owner, event.name.name, k_event_config, qualifier.empty() ? k_latest : qualifier);
  return document && *document ? event_config_of(**document) : EventConfig{};
}

void EventQueue::finish(const QueuedEvent& event, const std::string& condition, const InvokeResult* result)
{
  const EventConfig config = config_of(event);
  const std::string& destination = condition == "Success" ? config.on_success : config.on_failure;
  if (!destination.empty()) {
    deliver(event, destination, destination_record(event, condition, result, m_parts.clock()));
  }
  auto transaction = m_parts.database.write();
  if (transaction && (*transaction)->execute("DELETE FROM lambda_events WHERE id = ?", event.request.request_id)) {
    // An event that stays behind is handled once more after the next start, which Lambda allows.
    static_cast<void>(transaction->commit());
  }
}

void EventQueue::deliver(const QueuedEvent& event, const std::string& destination, std::string record)
{
  const Caller owner{.account_id = event.name.account, .region = event.name.region};
  if (const auto name = parse_function_name(owner, destination); destination.starts_with("arn:aws:lambda:") && name) {
    static_cast<void>(push({.name = *name, .request = {.payload = std::move(record)}}));
    return;
  }
  m_parts.log.append({owner, k_destination_group, stream_of(destination)}, {.timestamp_ms = now_ms(), .message = std::move(record)});
}

}  // namespace davit::aws::local::lambda
