// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "aws/dynamodb/throttling.hpp"
#include "commands/table/patience.hpp"
#include "commands/table/write_pace.hpp"
#include "commands/table/write_queue.hpp"

namespace davit::commands::table {

struct BatchWriterSettings {
  std::string table;  ///< its physical name
  aws::dynamodb::KeySchema key;
  int concurrency = 8;
  std::chrono::milliseconds patience = k_default_patience;  ///< give up when the table took nothing for so long
  std::optional<double> units_per_second = std::nullopt;    ///< go no faster than this
};

/// What kept a bulk write from going faster.
struct WriteLimits {
  std::int64_t throttled = 0;  ///< batches that the table took not at all, or in part
  bool by_rate = false;        ///< batches waited for the rate that the user set
  bool by_table = false;
  bool by_key_range = false;  ///< some partition key is too hot
  bool by_account = false;    ///< all tables of the account together
};

/// Writes any number of puts and deletes into one table, in batches of 25, several of them under way at once over the client's connections.
///
/// - What the service leaves unprocessed, throttles, or may not have got is sent again until nothing was written for as long as the
/// patience
///   lasts; then the failure is unavailable. A put or delete may therefore reach the table twice.
/// - It keeps to the pace of the table (WritePace). A throttled partition key does not slow down the others: its items wait aside.
/// - Where a batch is refused as a whole, each of its writes is sent alone, and the ones that are refused again are told.
/// - Memory holds what is under way and a few hundred writes more.
///
/// No two writes that are added may have the same key, unless the first was told as written. For one thread.
class BatchWriter
{
public:
  struct Events {
    /// These are in the table: the service acknowledged them. An error stops the writing.
    std::function<Status(std::span<const BulkWrite> writes, double units)> written;
    /// The service refuses this one alone, whatever is sent with it. Without a function the first refusal is the failure.
    std::function<void(const BulkWrite& write, const Error& error)> refused = nullptr;
  };

  BatchWriter(BatchWriterSettings settings, Events events);

  /// The next write, or nothing when there is none any more. May take its time, but nothing is sent or received meanwhile.
  using Source = std::function<Result<std::optional<BulkWrite>>()>;

  /// Writes all that the source gives. An interrupt lets the batches under way finish and is a cancelled error; that and every other error
  /// leave behind them whole batches, each told as written or not.
  Status run(aws::dynamodb::Client& client, const Source& source);

  // What run() is made of, for a caller whose batches travel among other calls of one call_many().

  /// Whether it has room for more before the next batch.
  [[nodiscard]] bool wants_more() const;
  void add(BulkWrite write) { m_queue.add(std::move(write)); }

  /// The next batch that is to be sent, as call number `index`. One that is not full only with `flush`: there is no more to come.
  std::optional<aws::auth::ServiceCall> next(std::size_t index, bool flush);

  /// Whether that call is one of its own, which done() is waiting for.
  [[nodiscard]] bool owns(std::size_t index) const { return m_under_way.contains(index); }
  void done(std::size_t index, Result<aws::auth::Answer> answer);

  /// Nothing is waiting and nothing under way.
  [[nodiscard]] bool is_idle() const;

  /// What stopped it; from then on it hands out nothing.
  [[nodiscard]] const std::optional<Error>& failure() const { return m_failure; }
  void stop(Error why);

  [[nodiscard]] const WriteLimits& limits() const { return m_limits; }
  [[nodiscard]] Patience& patience() { return m_patience; }

private:
  using Batch = WriteBatch;

  std::optional<Batch> next_batch(bool flush);
  aws::auth::ServiceCall call_of(Batch& batch);

  Status settle(Batch& batch, const aws::auth::Answer& answer);
  void settle_units(const Batch& batch, const std::vector<BulkWrite>& left, double told);
  void settle_written(const std::vector<BulkWrite>& writes, double units);
  void settle_left_over(Batch batch, std::vector<BulkWrite> left);
  void settle_throttled(Batch batch, aws::dynamodb::Throttle throttle, Error error);
  void settle_failure(Batch batch, Error error);
  void settle_refused(Batch batch, Error error);
  void set_aside(std::vector<BulkWrite> writes, Error why);
  void repeat(Batch batch, Error why);

  BatchWriterSettings m_settings;
  Events m_events;
  Patience m_patience;
  WritePace m_pace;
  double m_units_per_write = 1;  ///< of late, to guess what a batch will use

  WriteQueue m_queue;
  std::deque<Batch> m_again;
  std::map<std::size_t, Batch> m_under_way;
  WriteLimits m_limits;
  std::optional<Error> m_failure;
};

}  // namespace davit::commands::table
