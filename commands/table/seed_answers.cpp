// SPDX-License-Identifier: Apache-2.0
// What becomes of the calls of a seed, once they are answered.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "aws/dynamodb/throttling.hpp"
#include "aws/dynamodb/wire.hpp"
#include "commands/table/seed_writer.hpp"

namespace davit::commands::table {

using namespace aws::dynamodb;
using aws::auth::Answer;
using format::Record;

namespace {

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

Status SeedWriter::done(std::size_t index, Result<Answer> answer)
{
  m_writer.owns(index) ? m_writer.done(index, std::move(answer)) : settle_call(index, std::move(answer));
  // What is counted is in the journal before anyone is told.
  if (auto kept = m_journal == nullptr ? Status{} : m_journal->flush(); !kept) {
    m_writer.stop(std::move(kept).error());
  }
  m_response->limits = m_writer.limits();
  m_progress(*m_response);
  return {};
}

void SeedWriter::settle_call(std::size_t index, Result<Answer> answer)
{
  Batch batch = std::move(m_under_way.extract(index).mapped());
  if (!answer) {
    settle_failure(std::move(batch), std::move(answer).error());
  } else if (answer->failure && !(batch.step == Step::insert && is_unmet_condition(*answer->failure))) {
    settle_failure(std::move(batch), failure_of(*answer));
  } else {
    settle(std::move(batch), *answer);
  }
}

void SeedWriter::settle(Batch batch, const Answer& answer)
{
  if (batch.step == Step::insert) {
    return settle_insert(std::move(batch), answer);
  }
  const auto json = answer_of("BatchGetItem", answer.response.body);
  if (!json) {
    return settle_failure(std::move(batch), json.error());
  }
  if (const auto understood = settle_compare(batch, *json); !understood) {
    return settle_failure(std::move(batch), understood.error());
  }
  m_response->consumed_capacity += consumed_capacity(*json);
}

void SeedWriter::settle_written(std::span<const BulkWrite> writes, double units)
{
  m_response->written += static_cast<std::int64_t>(writes.size());
  m_response->consumed_capacity += units;
  if (m_journal != nullptr) {
    std::for_each(writes.begin(), writes.end(), [this](const BulkWrite& write) { m_journal->note_written(write.number); });
  }
  if (!m_with_passwords.empty()) {
    std::for_each(writes.begin(), writes.end(), [this](const BulkWrite& write) { m_with_passwords.erase(write.number); });
  }
}

void SeedWriter::settle_refused(const BulkWrite& write, const Error& error)
{
  auto item = item_of_request(write.request);
  if (!item) {
    return m_writer.stop(std::move(item).error());
  }
  Record record{.item = std::move(*item), .passwords = {}, .problems = {}, .at = {write.line, write.column}};
  if (m_with_passwords.erase(write.number) > 0) {
    record.passwords.emplace_back();
  }
  reject(write.file, record, "service", fmt::format("{}: {}", error.service->code, error.message));
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
  // Errors leave the batch as it was: an answer is believed whole or not at all.
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
  m_writer.patience().progressed();
  const bool is_same = stored != nullptr && is_stored_as(item.record, *stored);
  if (batch.step == Step::verify && is_same && batch.may_be_ours) {
    count_written(item);
  } else if (is_same) {
    count_same(item);
  } else if (batch.step == Step::compare) {
    put(std::move(item));
  } else {
    reject(item.file, item.record, "exists", "the table has another item with this key");
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
    batch.may_be_ours |= answer.attempts > 1 || batch.attempts > 0;
    batch.step = Step::verify;
    m_ready.push_back(std::move(batch));
    return;
  }
  const auto json = answer_of("PutItem", answer.response.body);
  if (!json) {
    return settle_failure(std::move(batch), json.error());
  }
  m_writer.patience().progressed();
  m_response->consumed_capacity += consumed_capacity(*json);
  count_written(batch.items.front());
}

void SeedWriter::count_written(const Pending& item)
{
  ++m_response->written;
  if (m_journal != nullptr) {
    m_journal->note_written(item.number);
  }
}

void SeedWriter::count_same(const Pending& item)
{
  ++m_response->same;
  if (m_journal != nullptr) {
    m_journal->note_same(item.number);
  }
}

void SeedWriter::settle_failure(Batch batch, Error error)
{
  if (error.kind == ErrorKind::unavailable || is_passing_conflict(error)) {
    return repeat(std::move(batch), std::move(error));
  }
  const bool is_refused = error.kind == ErrorKind::failed && error.service && error.service->http_status == 400;
  if (is_refused && batch.step == Step::insert) {
    const Pending& item = batch.items.front();
    return reject(item.file, item.record, "service", fmt::format("{}: {}", error.service->code, error.message));
  }
  m_writer.stop(std::move(error));
}

void SeedWriter::repeat(Batch batch, Error why)
{
  if (m_writer.patience().is_exhausted()) {
    return m_writer.stop(std::move(why));
  }
  ++batch.attempts;
  m_ready.push_back(std::move(batch));
}

void SeedWriter::reject(std::uint32_t file, const Record& record, std::string reason, std::string message)
{
  m_rejects.add({.file = m_items.name_of(file),
                 .line = record.at.line,
                 .column = record.at.column,
                 .reason = std::move(reason),
                 .message = std::move(message)},
                record);
  ++m_response->rejected;
}

}  // namespace davit::commands::table
