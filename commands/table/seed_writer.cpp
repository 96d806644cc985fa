// SPDX-License-Identifier: Apache-2.0
#include "commands/table/seed_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"
#include "aws/dynamodb/throttling.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::commands::table {

using namespace aws::dynamodb;
using aws::auth::Answer;
using aws::auth::Effect;
using aws::auth::ServiceCall;

namespace {

/// Requests may have 16 MiB; half of it leaves room for everything around the items.
constexpr std::size_t k_max_batch_bytes = 8 * 1024 * 1024;

bool has_code(const Error& error, std::initializer_list<std::string_view> codes)
{
  return error.service && std::find(codes.begin(), codes.end(), error.service->code) != codes.end();
}

/// A condition that did not hold says something about the item; every other failure is one of the call.
bool is_unmet_condition(const Error& error)
{
  return has_code(error, {"ConditionalCheckFailedException"});
}

/// Somebody else's write to the same item was in the way for a moment.
bool is_passing_conflict(const Error& error)
{
  return has_code(error, {"TransactionConflictException", "ReplicatedWriteConflictException"});
}

Error left_over(std::string_view what)
{
  return {.kind = ErrorKind::unavailable, .message = std::string(what)};
}

}  // namespace

SeedWriter::SeedWriter(const SeedRequest& request, JudgedItems items, Rejects& rejects, std::function<void(const SeedResponse&)> progress)
    : m_request(request), m_items(std::move(items)), m_rejects(rejects), m_progress(std::move(progress)), m_patience(request.patience)
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
    if (!batch || m_stopped) {
      break;
    }
    if (auto call = call_of(*batch)) {
      call->delay = back_off(batch->attempts);
      call->read_timeout = m_patience.read_timeout();
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
  m_bytes_to_write = 0;
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
  if (batch.step == Step::compare || batch.step == Step::verify) {
    std::vector<Item> keys;
    std::transform(batch.items.begin(), batch.items.end(), std::back_inserter(keys),
                   [this](const Pending& item) { return key_of(item.record.item, m_request.keys.key); });
    return ServiceCall{.operation = "BatchGetItem", .body = batch_get_body(m_request.physical_name, keys)};
  }
  if (m_request.dry_run) {
    return std::nullopt;
  }
  if (batch.step == Step::insert) {
    const PutItemRequest put{.table = m_request.physical_name,
                             .item = batch.items.front().record.item,
                             .condition = "attribute_not_exists(#key)",
                             .placeholders = {.names = {{"#key", m_request.keys.key.partition.front().name}}, .values = {}}};
    return ServiceCall{.operation = "PutItem", .body = body_of(put), .effect = Effect::write};
  }
  std::vector<std::string> texts;
  std::transform(batch.items.begin(), batch.items.end(), std::back_inserter(texts), [](const Pending& item) { return item.text; });
  return ServiceCall{.operation = "BatchWriteItem", .body = batch_put_body(m_request.physical_name, texts), .effect = Effect::write};
}

Status SeedWriter::done(std::size_t index, Result<Answer> answer)
{
  Batch batch = std::move(m_under_way.extract(index).mapped());
  if (!answer) {
    settle_failure(std::move(batch), std::move(answer).error());
  } else if (answer->failure && !(batch.step == Step::insert && is_unmet_condition(*answer->failure))) {
    settle_failure(std::move(batch), failure_of(*answer));
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
  const auto json = answer_of(batch.step == Step::put ? "BatchWriteItem" : "BatchGetItem", answer.response.body);
  if (!json) {
    return settle_failure(std::move(batch), json.error());
  }
  const auto understood = batch.step == Step::put ? settle_put(batch, *json) : settle_compare(batch, *json);
  if (!understood) {
    return settle_failure(std::move(batch), understood.error());
  }
  m_response->consumed_capacity += consumed_capacity(*json);
}

std::string SeedWriter::key_text(const Item& item) const
{
  return to_json_text(key_of(item, m_request.keys.key));
}

std::vector<SeedWriter::Pending> SeedWriter::take_out(std::vector<Pending>& items, const std::function<bool(const Pending&)>& wanted)
{
  std::vector<Pending> out;
  const auto split = std::stable_partition(items.begin(), items.end(), [&](const Pending& item) { return !wanted(item); });
  std::move(split, items.end(), std::back_inserter(out));
  items.erase(split, items.end());
  return out;
}

/// Errors leave the batch as it was: an answer is believed whole or not at all.
Status SeedWriter::settle_put(Batch& batch, const Json& answer)
{
  DAVIT_TRY_ASSIGN(const auto unprocessed, unprocessed_puts(answer));
  std::set<std::string> left;
  std::transform(unprocessed.begin(), unprocessed.end(), std::inserter(left, left.end()),
                 [this](const Item& item) { return key_text(item); });
  auto again = left.empty() ? std::vector<Pending>{}
                            : take_out(batch.items, [&](const Pending& item) { return left.contains(key_text(item.record.item)); });
  if (again.size() != left.size()) {
    std::move(again.begin(), again.end(), std::back_inserter(batch.items));
    return fail(left_over("the service leaves items unprocessed that it was not sent"));
  }
  m_response->written += static_cast<std::int64_t>(batch.items.size());
  if (!batch.items.empty()) {
    m_patience.progressed();
  }
  settle_rest(batch, std::move(again), "the service leaves items unprocessed: the table takes no more at the moment");
  return {};
}

/// What the service left over goes again.
void SeedWriter::settle_rest(Batch& batch, std::vector<Pending> rest, std::string_view why)
{
  if (!rest.empty()) {
    batch.attempts = batch.items.empty() ? batch.attempts : 0;
    batch.items = std::move(rest);
    repeat(std::move(batch), left_over(why));
  }
}

Status SeedWriter::settle_compare(Batch& batch, const Json& answer)
{
  DAVIT_TRY_ASSIGN(const auto stored, batch_get_items(answer));
  DAVIT_TRY_ASSIGN(const auto unread, unprocessed_keys(answer));
  std::map<std::string, const Item*> by_key;
  for (const auto& item : stored) {
    by_key.emplace(key_text(item), &item);
  }
  std::set<std::string> left;
  std::transform(unread.begin(), unread.end(), std::inserter(left, left.end()), [this](const Item& key) { return key_text(key); });
  auto again = take_out(batch.items, [&](const Pending& item) { return left.contains(key_text(item.record.item)); });
  for (auto& item : batch.items) {
    const auto found = by_key.find(key_text(item.record.item));
    settle_found(std::move(item), batch, found == by_key.end() ? nullptr : found->second);
  }
  settle_rest(batch, std::move(again), "the service leaves keys unread: the table gives no more at the moment");
  return {};
}

/// `stored` is what the table has with the item's key; null when it has nothing.
void SeedWriter::settle_found(Pending item, const Batch& batch, const Item* stored)
{
  if (batch.step == Step::verify && stored == nullptr) {
    // It was there when the insert came, and is gone.
    return insert_again(std::move(item), batch);
  }
  m_patience.progressed();
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
  m_bytes_to_write += item.text.size();
  m_to_write.push_back(std::move(item));
  if (m_to_write.size() == k_max_batch_write || m_bytes_to_write >= k_max_batch_bytes) {
    m_bytes_to_write = 0;
    m_ready.push_back({.step = Step::put, .items = std::exchange(m_to_write, {})});
  }
}

void SeedWriter::insert_again(Pending item, const Batch& batch)
{
  Batch again{.step = Step::insert, .items = {}, .attempts = batch.attempts, .may_be_ours = batch.may_be_ours};
  again.items.push_back(std::move(item));
  repeat(std::move(again), left_over("an item is there for inserts and absent for reads"));
}

void SeedWriter::settle_insert(Batch batch, const Answer& answer)
{
  if (answer.failure) {
    batch.may_be_ours = answer.attempts > 1 || batch.attempts > 0;
    batch.step = Step::verify;
    m_ready.push_back(std::move(batch));
    return;
  }
  const auto json = answer_of("PutItem", answer.response.body);
  if (!json) {
    return settle_failure(std::move(batch), json.error());
  }
  m_patience.progressed();
  m_response->consumed_capacity += consumed_capacity(*json);
  ++m_response->written;
}

void SeedWriter::settle_failure(Batch batch, Error error)
{
  if (error.kind == ErrorKind::unavailable || is_passing_conflict(error)) {
    return repeat(std::move(batch), std::move(error));
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

void SeedWriter::repeat(Batch batch, Error why)
{
  if (m_patience.is_exhausted()) {
    return stop(std::move(why));
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
