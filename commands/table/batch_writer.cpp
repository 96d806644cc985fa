// SPDX-License-Identifier: Apache-2.0
#include "commands/table/batch_writer.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::commands::table {

using namespace aws::dynamodb;
using aws::auth::Answer;
using aws::auth::ServiceCall;
using Clock = WritePace::Clock;

namespace {

/// Somebody else's write to the same item was in the way for a moment.
bool was_in_the_way(const Error& error)
{
  return error.service &&
         (error.service->code == "TransactionConflictException" || error.service->code == "ReplicatedWriteConflictException");
}

Error left_unprocessed()
{
  return {.kind = ErrorKind::unavailable, .message = "the service leaves items unprocessed: the table takes no more at the moment"};
}

/// Moves the writes whose keys are in `left` out of `writes`.
Result<std::vector<BulkWrite>> take_left(std::vector<BulkWrite>& writes, const std::set<std::string>& left, const KeySchema& key)
{
  std::vector<bool> is_left;
  for (const auto& write : writes) {
    DAVIT_TRY_ASSIGN(const Item item, item_of_request(write.request));
    is_left.push_back(left.contains(to_json_text(key_of(item, key))));
  }
  if (static_cast<std::size_t>(std::count(is_left.begin(), is_left.end(), true)) != left.size()) {
    return fail(Error{.kind = ErrorKind::unavailable, .message = "the service leaves items unprocessed that it was not sent"});
  }
  std::vector<BulkWrite> taken;
  std::vector<BulkWrite> others;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    (is_left[i] ? taken : others).push_back(std::move(writes[i]));
  }
  writes = std::move(others);
  return taken;
}

/// Whether what was left shares one partition key, which others of the batch do not have. A table at its limit leaves what it happens to.
bool is_of_one_hot_key(const std::vector<BulkWrite>& left, const std::vector<BulkWrite>& written, const KeySchema& key)
{
  const auto has_same_key = [&](const BulkWrite& write) { return write.partition == left.front().partition; };
  return !left.empty() && !key.sort.empty() && !written.empty() && std::all_of(left.begin(), left.end(), has_same_key) &&
         !std::all_of(written.begin(), written.end(), has_same_key);
}

}  // namespace

BatchWriter::BatchWriter(BatchWriterSettings settings, Events events)
    : m_settings(std::move(settings)),
      m_events(std::move(events)),
      m_patience(m_settings.patience),
      m_pace(m_settings.units_per_second),
      m_queue(!m_settings.key.sort.empty())
{
}

Status BatchWriter::run(Client& client, const Source& source)
{
  const FinishScope scope;
  std::size_t sent = 0;
  bool at_end = false;
  const auto feed = [&] {
    while (!at_end && wants_more()) {
      auto write = source();
      if (!write) {
        return stop(std::move(write).error());
      }
      at_end = !*write;
      if (*write) {
        add(std::move(**write));
      }
    }
  };
  const auto next_call = [&]() -> std::optional<ServiceCall> {
    if (stop_requested() != 0) {
      stop({.kind = ErrorKind::cancelled, .message = "interrupted"});
    }
    feed();
    auto call = next(sent, at_end);
    sent += call ? 1 : 0;
    return call;
  };
  const auto take = [&](std::size_t index, Result<Answer> answer) -> Status {
    done(index, std::move(answer));
    return {};
  };
  if (auto ran = client.service().call_many(next_call, take, m_settings.concurrency); !ran) {
    stop(std::move(ran).error());
  }
  return m_failure ? Status(fail(*m_failure)) : Status{};
}

bool BatchWriter::wants_more() const
{
  return !m_failure && m_queue.wants_more();
}

bool BatchWriter::is_idle() const
{
  return m_queue.is_empty() && m_again.empty() && m_under_way.empty();
}

std::optional<ServiceCall> BatchWriter::next(std::size_t index, bool flush)
{
  if (m_failure) {
    return std::nullopt;
  }
  auto batch = next_batch(flush);
  if (!batch) {
    return std::nullopt;
  }
  ServiceCall call = call_of(*batch);
  m_under_way.emplace(index, std::move(*batch));
  return call;
}

std::optional<BatchWriter::Batch> BatchWriter::next_batch(bool flush)
{
  if (m_again.empty()) {
    return m_queue.next(flush);
  }
  Batch batch = std::move(m_again.front());
  m_again.pop_front();
  batch.delay = back_off(batch.attempts);
  return batch;
}

ServiceCall BatchWriter::call_of(Batch& batch)
{
  std::vector<std::string_view> requests;
  requests.reserve(batch.writes.size());
  for (const auto& write : batch.writes) {
    requests.emplace_back(write.request);
  }
  const auto now = Clock::now();
  batch.offer = m_pace.reserve(m_units_per_write * static_cast<double>(batch.writes.size()), now);
  m_limits.by_rate |= batch.offer.at > now && m_settings.units_per_second.has_value();
  return {.operation = "BatchWriteItem",
          .body = batch_write_body(m_settings.table, requests),
          .effect = aws::auth::Effect::write,
          .retry = aws::auth::Retry::paced_by_caller,
          .read_timeout = m_patience.read_timeout(),
          .delay = std::max(batch.delay, std::chrono::duration_cast<std::chrono::milliseconds>(batch.offer.at - now))};
}

void BatchWriter::done(std::size_t index, Result<Answer> answer)
{
  Batch batch = std::move(m_under_way.extract(index).mapped());
  const auto throttle = answer ? throttle_of(*answer) : Throttle::none;
  if (throttle != Throttle::none) {
    m_pace.settle(batch.offer, 0, throttle == Throttle::table ? batch.offer.units : 0, Clock::now());
    return settle_throttled(std::move(batch), throttle, failure_of(*answer));
  }
  auto understood = !answer           ? Status(fail(std::move(answer).error()))
                    : answer->failure ? fail(failure_of(*answer))
                                      : settle(batch, *answer);
  if (!understood) {
    m_pace.settle(batch.offer, 0, 0, Clock::now());
    settle_failure(std::move(batch), std::move(understood).error());
  }
}

/// An answer is believed whole or not at all: an error leaves the batch as it was.
Status BatchWriter::settle(Batch& batch, const Answer& answer)
{
  DAVIT_TRY_ASSIGN(const Json json, answer_of("BatchWriteItem", answer.response.body));
  DAVIT_TRY_ASSIGN(const auto unprocessed, unprocessed_writes(json));
  std::vector<BulkWrite> left;
  if (!unprocessed.empty()) {
    std::set<std::string> keys;
    std::transform(unprocessed.begin(), unprocessed.end(), std::inserter(keys, keys.end()),
                   [this](const Item& item) { return to_json_text(key_of(item, m_settings.key)); });
    DAVIT_TRY_ASSIGN(left, take_left(batch.writes, keys, m_settings.key));
  }
  settle_units(batch, left, consumed_capacity(json));
  left.empty() ? m_queue.settle_lane(batch, 0) : settle_left_over(std::move(batch), std::move(left));
  return {};
}

/// `told`: the units that the answer says were used; 0 where it does not say.
void BatchWriter::settle_units(const Batch& batch, const std::vector<BulkWrite>& left, double told)
{
  const auto written = static_cast<double>(batch.writes.size());
  const double used = told > 0 ? told : written;
  const bool is_hot = batch.lane || is_of_one_hot_key(left, batch.writes, m_settings.key);
  m_pace.settle(batch.offer, used, is_hot ? 0 : m_units_per_write * static_cast<double>(left.size()), Clock::now());
  if (!batch.writes.empty()) {
    m_units_per_write += 0.1 * (used / written - m_units_per_write);
    settle_written(batch.writes, told);
  }
}

void BatchWriter::settle_written(const std::vector<BulkWrite>& writes, double units)
{
  m_patience.progressed();
  if (auto told = m_events.written(writes, units); !told) {
    stop(std::move(told).error());
  }
}

void BatchWriter::settle_left_over(Batch batch, std::vector<BulkWrite> left)
{
  ++m_limits.throttled;
  if (batch.lane || is_of_one_hot_key(left, batch.writes, m_settings.key)) {
    m_limits.by_key_range = true;
    m_queue.settle_lane(batch, batch.writes.empty() ? batch.attempts + 1 : 1);
    return set_aside(std::move(left), left_unprocessed());
  }
  m_limits.by_table = true;
  if (!batch.writes.empty()) {
    return m_queue.put_back(std::move(left));
  }
  batch.writes = std::move(left);
  repeat(std::move(batch), left_unprocessed());
}

void BatchWriter::settle_throttled(Batch batch, Throttle throttle, Error error)
{
  ++m_limits.throttled;
  if (throttle == Throttle::account) {
    m_limits.by_account = true;
    error.hint = "the account has used up its own limit, which its other tables share: ask for more in Service Quotas";
    return stop(std::move(error));
  }
  if (throttle == Throttle::key_range) {
    // A call fails as a whole when each of its items is throttled, so each of the keys is hot.
    m_limits.by_key_range = true;
    m_queue.settle_lane(batch, batch.attempts + 1);
    return set_aside(std::move(batch.writes), std::move(error));
  }
  m_limits.by_table = true;
  repeat(std::move(batch), std::move(error));
}

void BatchWriter::settle_failure(Batch batch, Error error)
{
  if (error.kind == ErrorKind::unavailable || was_in_the_way(error)) {
    return repeat(std::move(batch), std::move(error));
  }
  // A whole batch is refused for one item of it; alone, each gets its own answer.
  const bool is_refused = error.kind == ErrorKind::failed && error.service && error.service->http_status == 400;
  is_refused ? settle_refused(std::move(batch), std::move(error)) : stop(std::move(error));
}

void BatchWriter::settle_refused(Batch batch, Error error)
{
  m_queue.settle_lane(batch, 0);
  if (batch.writes.size() > 1) {
    for (auto& write : batch.writes) {
      m_again.emplace_back().writes.push_back(std::move(write));
    }
  } else if (m_events.refused) {
    m_events.refused(batch.writes.front(), error);
  } else {
    stop(std::move(error));
  }
}

void BatchWriter::set_aside(std::vector<BulkWrite> writes, Error why)
{
  m_patience.is_exhausted() ? stop(std::move(why)) : m_queue.set_aside(std::move(writes));
}

void BatchWriter::repeat(Batch batch, Error why)
{
  if (m_patience.is_exhausted()) {
    return stop(std::move(why));
  }
  ++batch.attempts;
  m_again.push_back(std::move(batch));
}

void BatchWriter::stop(Error why)
{
  if (!m_failure) {
    m_failure = std::move(why);
  }
}

}  // namespace davit::commands::table
