// SPDX-License-Identifier: Apache-2.0
#include "commands/table/seed_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::commands::table {

using namespace aws::dynamodb;
using aws::auth::Answer;
using aws::auth::Effect;
using aws::auth::ServiceCall;
using std::chrono::milliseconds;

namespace {

/// Requests may have 16 MiB; half of it leaves room for everything around the items.
constexpr std::size_t k_max_batch_bytes = 8 * 1024 * 1024;

/// So long the service may leave everything unprocessed or throttle before the seed gives up
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html: about one minute).
constexpr std::chrono::seconds k_patience{60};

/// Full jitter up to 50 ms, 100 ms, ... 10 s.
milliseconds back_off(int attempts)
{
  const double longest = std::min(10000.0, 50.0 * static_cast<double>(1 << std::min(attempts, 10)));
  return milliseconds(static_cast<int>(longest * aws::crypto::random_fraction()));
}

}  // namespace

SeedWriter::SeedWriter(const SeedRequest& request, JudgedItems items, Rejects& rejects, std::function<void(const SeedResponse&)> progress)
    : m_request(request), m_items(std::move(items)), m_rejects(rejects), m_progress(std::move(progress))
{
}

void SeedWriter::run(Client& client, SeedResponse& response)
{
  const FinishScope scope;
  m_response = &response;
  const auto ran = client.service().call_many([this] { return next(); },
                                              [this](std::size_t index, Result<Answer> answer) { return done(index, std::move(answer)); },
                                              m_request.concurrency);
  if (!ran) {
    stop(ran.error());
  }
}

std::optional<ServiceCall> SeedWriter::next()
{
  while (!m_stopped) {
    if (stop_requested() != 0) {
      stop({.kind = ErrorKind::cancelled, .message = "interrupted"});
      break;
    }
    auto batch = next_batch();
    if (!batch) {
      break;
    }
    if (auto call = call_of(*batch)) {
      m_under_way.emplace(m_sent++, std::move(*batch));
      return call;
    }
  }
  return std::nullopt;
}

std::optional<SeedWriter::Batch> SeedWriter::next_batch()
{
  if (!m_ready.empty()) {
    Batch batch = std::move(m_ready.front());
    m_ready.pop_front();
    return batch;
  }
  if (!m_files_at_end) {
    return batch_from_file();
  }
  // The last differing items fill no batch; they go when nothing under way could add to them.
  const bool comparing =
      std::any_of(m_under_way.begin(), m_under_way.end(), [](const auto& entry) { return entry.second.step == Step::compare; });
  if (m_to_write.empty() || comparing) {
    return std::nullopt;
  }
  return Batch{.step = Step::put, .items = std::exchange(m_to_write, {})};
}

std::optional<SeedWriter::Batch> SeedWriter::batch_from_file()
{
  Batch batch{.step = m_request.mode == SeedMode::put ? Step::put : m_request.mode == SeedMode::insert ? Step::insert : Step::compare};
  const std::size_t largest = batch.step == Step::put ? k_max_batch_write : batch.step == Step::insert ? 1 : k_max_batch_get;
  std::size_t bytes = 0;
  while (batch.items.size() < largest && bytes < k_max_batch_bytes) {
    auto item = next_item();
    if (!item) {
      break;
    }
    if (batch.step != Step::compare) {
      prepare(*item);
    }
    bytes += item->text.size();
    batch.items.push_back(std::move(*item));
  }
  if (batch.items.empty()) {
    return m_files_at_end && !m_stopped ? next_batch() : std::nullopt;
  }
  return batch;
}

/// The next item that the table would take; the others are rejected on the way.
std::optional<SeedWriter::Pending> SeedWriter::next_item()
{
  while (!m_stopped && !m_files_at_end) {
    auto item = m_items.next();
    if (!item) {
      stop(item.error());
      break;
    }
    if (!*item) {
      m_files_at_end = true;
      break;
    }
    if ((*item)->problems.empty()) {
      return Pending{.file = std::move((*item)->file), .record = std::move((*item)->record), .text = {}};
    }
    // It was noted when the files were judged, before anything was written.
    ++m_response->rejected;
  }
  return std::nullopt;
}

void SeedWriter::prepare(Pending& item)
{
  if (m_request.dry_run) {
    return;
  }
  if (const auto hashed = hash_passwords(item.record); !hashed) {
    stop(hashed.error());
  }
  item.text = to_json_text(item.record.item);
}

std::optional<ServiceCall> SeedWriter::call_of(Batch& batch)
{
  const milliseconds delay = batch.attempts == 0 ? milliseconds{0} : back_off(batch.attempts);
  if (batch.step == Step::compare || batch.step == Step::verify) {
    std::vector<Item> keys;
    std::transform(batch.items.begin(), batch.items.end(), std::back_inserter(keys),
                   [this](const Pending& item) { return key_of(item.record.item, m_request.keys.key); });
    return ServiceCall{.operation = "BatchGetItem", .body = batch_get_body(m_request.physical_name, keys), .delay = delay};
  }
  if (m_request.dry_run) {
    return std::nullopt;
  }
  if (batch.step == Step::insert) {
    const PutItemRequest put{.table = m_request.physical_name,
                             .item = batch.items.front().record.item,
                             .condition = "attribute_not_exists(#key)",
                             .placeholders = {.names = {{"#key", m_request.keys.key.partition.front().name}}, .values = {}}};
    return ServiceCall{.operation = "PutItem", .body = body_of(put), .effect = Effect::write, .delay = delay};
  }
  std::vector<std::string> texts;
  std::transform(batch.items.begin(), batch.items.end(), std::back_inserter(texts), [](const Pending& item) { return item.text; });
  return ServiceCall{
      .operation = "BatchWriteItem", .body = batch_put_body(m_request.physical_name, texts), .effect = Effect::write, .delay = delay};
}

Status SeedWriter::done(std::size_t index, Result<Answer> answer)
{
  Batch batch = std::move(m_under_way.extract(index).mapped());
  if (!answer) {
    settle_failure(std::move(batch), std::move(answer).error());
  } else if (answer->failure && !(batch.step == Step::insert && answer->failure->kind == ErrorKind::conflict)) {
    settle_failure(std::move(batch), *answer->failure);
  } else {
    settle(std::move(batch), *answer);
  }
  m_progress(*m_response);
  return {};
}

void SeedWriter::settle(Batch batch, const Answer& answer)
{
  if (batch.step == Step::insert) {
    return settle_insert(std::move(batch), answer);
  }
  const auto json =
      parse_json(answer.response.body, batch.step == Step::put ? "the answer of BatchWriteItem" : "the answer of BatchGetItem");
  if (!json) {
    return stop(json.error());
  }
  m_response->consumed_capacity += consumed_capacity(*json);
  batch.step == Step::put ? settle_put(std::move(batch), *json) : settle_compare(std::move(batch), *json);
}

std::string SeedWriter::key_text(const Item& item) const
{
  return to_json_text(key_of(item, m_request.keys.key));
}

void SeedWriter::settle_put(Batch batch, const Json& answer)
{
  const auto unprocessed = unprocessed_puts(answer, m_request.physical_name);
  if (!unprocessed) {
    return stop(unprocessed.error());
  }
  std::vector<Pending> again;
  std::set<std::string> left;
  std::transform(unprocessed->begin(), unprocessed->end(), std::inserter(left, left.end()),
                 [this](const Item& item) { return key_text(item); });
  for (auto& item : batch.items) {
    if (!left.empty() && left.contains(key_text(item.record.item))) {
      again.push_back(std::move(item));
    }
  }
  m_response->written += static_cast<std::int64_t>(batch.items.size() - again.size());
  if (again.size() < batch.items.size()) {
    m_last_progress = std::chrono::steady_clock::now();
    batch.attempts = 0;
  }
  if (!again.empty()) {
    batch.items = std::move(again);
    repeat(std::move(batch),
           {.kind = ErrorKind::unavailable, .message = "the service leaves items unprocessed: the table takes no more at the moment"});
  }
}

void SeedWriter::settle_compare(Batch batch, const Json& answer)
{
  const auto stored = batch_get_items(answer, m_request.physical_name);
  const auto unread = unprocessed_keys(answer, m_request.physical_name);
  if (!stored || !unread) {
    return stop(stored ? unread.error() : stored.error());
  }
  std::map<std::string, const Item*> by_key;
  for (const auto& item : *stored) {
    by_key.emplace(key_text(item), &item);
  }
  std::vector<Pending> again;
  for (auto& item : batch.items) {
    const auto found = by_key.find(key_text(item.record.item));
    const bool is_unread = std::find(unread->begin(), unread->end(), key_of(item.record.item, m_request.keys.key)) != unread->end();
    if (is_unread) {
      again.push_back(std::move(item));
    } else {
      settle_found(std::move(item), batch, found == by_key.end() ? nullptr : found->second);
    }
  }
  if (again.size() < batch.items.size()) {
    m_last_progress = std::chrono::steady_clock::now();
  }
  if (!again.empty()) {
    batch.items = std::move(again);
    repeat(std::move(batch),
           {.kind = ErrorKind::unavailable, .message = "the service leaves keys unread: the table gives no more at the moment"});
  }
}

/// `stored` is what the table has with the item's key; null when it has nothing.
void SeedWriter::settle_found(Pending item, const Batch& batch, const Item* stored)
{
  const bool is_same = stored != nullptr && is_stored_as(item.record, *stored);
  if (batch.step == Step::verify && is_same && batch.may_be_ours) {
    ++m_response->written;
  } else if (is_same) {
    ++m_response->same;
  } else if (batch.step == Step::compare) {
    write_later(std::move(item));
  } else {
    reject(item, "exists", "the table has another item with this key");
  }
}

void SeedWriter::write_later(Pending item)
{
  if (m_request.dry_run) {
    return;
  }
  prepare(item);
  m_to_write.push_back(std::move(item));
  if (m_to_write.size() == k_max_batch_write) {
    m_ready.push_back({.step = Step::put, .items = std::exchange(m_to_write, {})});
  }
}

void SeedWriter::settle_insert(Batch batch, const Answer& answer)
{
  m_last_progress = std::chrono::steady_clock::now();
  if (answer.failure) {
    batch.may_be_ours = answer.attempts > 1 || batch.attempts > 0;
    batch.step = Step::verify;
    m_ready.push_back(std::move(batch));
    return;
  }
  const auto json = parse_json(answer.response.body, "the answer of PutItem");
  m_response->consumed_capacity += json ? consumed_capacity(*json) : 0.0;
  ++m_response->written;
}

void SeedWriter::settle_failure(Batch batch, Error error)
{
  if (error.kind == ErrorKind::unavailable) {
    return repeat(std::move(batch), error);
  }
  // A whole batch is refused for one item of it; alone, each gets its own answer.
  const bool is_refused = error.kind == ErrorKind::failed && error.service && error.service->http_status == 400;
  const bool is_read = batch.step == Step::compare || batch.step == Step::verify;
  if (!is_refused || is_read) {
    return stop(std::move(error));
  }
  if (batch.items.size() == 1) {
    return reject(batch.items.front(), "service", fmt::format("{}: {}", error.service->code, error.message));
  }
  for (auto& item : batch.items) {
    m_ready.push_back({.step = batch.step, .items = {}});
    m_ready.back().items.push_back(std::move(item));
  }
}

void SeedWriter::repeat(Batch batch, const Error& why)
{
  if (std::chrono::steady_clock::now() - m_last_progress > k_patience) {
    return stop(why);
  }
  ++batch.attempts;
  m_ready.push_back(std::move(batch));
}

void SeedWriter::reject(const Pending& item, std::string reason, std::string message)
{
  m_rejects.add({.file = item.file,
                 .line = item.record.at.line,
                 .column = item.record.at.column,
                 .reason = std::move(reason),
                 .message = std::move(message)},
                item.record);
  ++m_response->rejected;
}

/// The first reason is the one that counts. Batches under way still report what they wrote.
void SeedWriter::stop(Error why)
{
  if (!m_stopped) {
    m_response->failure = std::move(why);
  }
  m_stopped = true;
}

}  // namespace davit::commands::table
