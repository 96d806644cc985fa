// SPDX-License-Identifier: Apache-2.0
#include "commands/table/seed_writer.hpp"

#include <algorithm>
#include <iterator>

#include "aws/core/interrupt.hpp"

namespace davit::commands::table {

using namespace aws::dynamodb;
using aws::auth::Answer;
using aws::auth::Effect;
using aws::auth::ServiceCall;

SeedWriter::SeedWriter(const SeedRequest& request, JudgedItems items, Rejects& rejects, SeedJournal* journal,
                       std::function<void(const SeedResponse&)> progress)
    : m_request(request),
      m_items(std::move(items)),
      m_rejects(rejects),
      m_journal(journal),
      m_progress(std::move(progress)),
      m_writer({.table = request.physical_name,
                .key = request.keys.key,
                .concurrency = request.concurrency,
                .patience = request.patience,
                .units_per_second = request.rate},
               {.written = [this](std::span<const BulkWrite> writes, double units) -> Status {
                  settle_written(writes, units);
                  return {};
                },
                .refused = [this](const BulkWrite& write, const Error& error) { settle_refused(write, error); }})
{
}

void SeedWriter::run(Client& client, SeedResponse& response)
{
  const FinishScope scope;
  m_response = &response;
  if (m_request.dry_run && !reads_first()) {
    while (next_item(JudgedItems::As::line)) {
    }
    response.failure = m_writer.failure();
    return;
  }
  const auto ran = client.service().call_many([this] { return next(); },
                                              [this](std::size_t index, Result<Answer> answer) { return done(index, std::move(answer)); },
                                              m_request.concurrency);
  if (!ran) {
    m_writer.stop(ran.error());
  }
  response.failure = m_writer.failure();
}

std::optional<ServiceCall> SeedWriter::next()
{
  if (stop_requested() != 0) {
    m_writer.stop({.kind = ErrorKind::cancelled, .message = "interrupted"});
  }
  if (auto call = next_put()) {
    return call;
  }
  auto batch = m_writer.failure() ? std::nullopt : next_batch();
  if (!batch) {
    // Behind the last comparison nothing more fills the last batch of puts.
    return next_put();
  }
  if (batch->step == Step::insert && m_journal != nullptr) {
    if (auto announced = m_journal->announce(batch->items.front().number); !announced) {
      m_writer.stop(std::move(announced).error());
      return std::nullopt;
    }
  }
  ServiceCall call = call_of(*batch);
  call.delay = back_off(batch->attempts);
  call.read_timeout = m_writer.patience().read_timeout();
  m_under_way.emplace(m_sent++, std::move(*batch));
  return call;
}

bool SeedWriter::is_comparing() const
{
  const auto compares = [](const auto& entry) { return entry.second.step == Step::compare; };
  return !m_ready.empty() || std::any_of(m_under_way.begin(), m_under_way.end(), compares);
}

std::optional<ServiceCall> SeedWriter::next_put()
{
  while (m_request.mode == SeedMode::put && m_writer.wants_more() && next_item(JudgedItems::As::line)) {
    m_item.is_line ? put_line() : put({.file = m_item.file, .number = m_item.number, .record = std::move(m_item.record)});
  }
  auto call = m_writer.next(m_sent, m_files_at_end && !is_comparing());
  m_sent += call ? 1 : 0;
  return call;
}

std::optional<SeedWriter::Batch> SeedWriter::next_batch()
{
  if (!m_ready.empty()) {
    Batch batch = std::move(m_ready.front());
    m_ready.pop_front();
    return batch;
  }
  return m_request.mode == SeedMode::put || !m_writer.wants_more() ? std::nullopt : batch_from_file();
}

std::optional<SeedWriter::Batch> SeedWriter::batch_from_file()
{
  Batch batch{.step = reads_first() ? Step::compare : Step::insert};
  const std::size_t largest = reads_first() ? k_max_batch_get : 1;
  while (batch.items.size() < largest) {
    auto item = next_record();
    if (!item) {
      break;
    }
    batch.may_be_ours = m_journal != nullptr && m_journal->may_have_been_sent(item->number);
    batch.items.push_back(std::move(*item));
  }
  return batch.items.empty() ? std::nullopt : std::optional(std::move(batch));
}

/// The next item that the table would take and that is not done yet; the others are counted on the way.
bool SeedWriter::next_item(JudgedItems::As as)
{
  while (!m_writer.failure() && !m_files_at_end) {
    const auto any = m_items.next(m_item, as);
    if (!any) {
      m_writer.stop(any.error());
      break;
    }
    m_files_at_end = !*any;
    if (m_files_at_end) {
      break;
    }
    if (!m_item.problems.empty()) {
      // It was noted when the files were judged, before anything was written.
      ++m_response->rejected;
    } else if (!pass_done_before()) {
      return true;
    }
  }
  return false;
}

/// Whether the journal says that an earlier run was done with the item.
bool SeedWriter::pass_done_before()
{
  if (m_journal == nullptr) {
    return false;
  }
  const bool was_written = m_journal->was_written(m_item.number);
  const bool was_same = !was_written && m_journal->was_same(m_item.number);
  m_response->written += was_written ? 1 : 0;
  m_response->resumed += was_written ? 1 : 0;
  m_response->same += was_same ? 1 : 0;
  return was_written || was_same;
}

std::optional<SeedWriter::Pending> SeedWriter::next_record()
{
  if (!next_item(JudgedItems::As::record)) {
    return std::nullopt;
  }
  return Pending{.file = m_item.file, .number = m_item.number, .record = std::move(m_item.record)};
}

void SeedWriter::put_line()
{
  m_writer.add({.request = put_request(m_item.line.text),
                .partition = m_item.line.partition,
                .number = m_item.number,
                .file = m_item.file,
                .column = m_item.at.column,
                .line = m_item.at.line});
}

void SeedWriter::put(Pending item)
{
  if (m_request.dry_run) {
    return;
  }
  if (const auto hashed = hash_passwords(item.record); !hashed) {
    return m_writer.stop(hashed.error());
  }
  if (!item.record.passwords.empty()) {
    m_with_passwords.insert(item.number);
  }
  BulkWrite write = put_of(item.record.item, m_request.keys.key);
  write.number = item.number;
  write.file = item.file;
  write.line = item.record.at.line;
  write.column = item.record.at.column;
  m_writer.add(std::move(write));
}

ServiceCall SeedWriter::call_of(const Batch& batch) const
{
  if (batch.step != Step::insert) {
    std::vector<Item> keys;
    std::transform(batch.items.begin(), batch.items.end(), std::back_inserter(keys),
                   [this](const Pending& item) { return key_of(item.record.item, m_request.keys.key); });
    return {.operation = "BatchGetItem", .body = batch_get_body(m_request.physical_name, keys)};
  }
  const PutItemRequest put{.table = m_request.physical_name,
                           .item = batch.items.front().record.item,
                           .condition = "attribute_not_exists(#key)",
                           .placeholders = {.names = {{"#key", m_request.keys.key.partition.front().name}}, .values = {}}};
  return {.operation = "PutItem", .body = body_of(put), .effect = Effect::write};
}

}  // namespace davit::commands::table
