// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "commands/table/batch_writer.hpp"
#include "commands/table/rejects.hpp"
#include "commands/table/seed.hpp"
#include "commands/table/seed_journal.hpp"

namespace davit::commands::table {

/// Brings the items of a seed into the table over one set of connections: they are read from the files, compared with what is there where
/// the mode wants that, inserted one by one, or handed to a BatchWriter. One object a seed.
class SeedWriter
{
public:
  /// `journal` may be null; else what it has of an earlier run is not touched, and what becomes of the others goes into it.
  SeedWriter(const SeedRequest& request, JudgedItems items, Rejects& rejects, SeedJournal* journal,
             std::function<void(const SeedResponse&)> progress);

  /// Runs until every item is written, same or rejected, or something stops it. Counts into the response; the failure, if any, too.
  void run(aws::dynamodb::Client& client, SeedResponse& response);

private:
  struct Pending {
    std::uint32_t file = 0;
    std::uint64_t number = 0;
    aws::dynamodb::format::Record record;
  };

  enum class Step {
    compare,  ///< read, to write only what differs
    insert,
    verify,  ///< read what kept an insert from happening
  };

  /// Items that travel together.
  struct Batch {
    Step step = Step::compare;
    std::vector<Pending> items;
    int attempts = 0;          ///< that brought nothing forward
    bool may_be_ours = false;  ///< an insert was sent more than once, so that its first sending may have come through
  };

  std::optional<aws::auth::ServiceCall> next();
  std::optional<aws::auth::ServiceCall> next_put();
  std::optional<Batch> next_batch();
  std::optional<Batch> batch_from_file();
  bool next_item(JudgedItems::As as);
  bool pass_done_before();
  std::optional<Pending> next_record();
  aws::auth::ServiceCall call_of(const Batch& batch) const;
  void put_line();
  void put(Pending item);
  [[nodiscard]] bool reads_first() const { return m_request.mode == SeedMode::same; }
  [[nodiscard]] bool is_comparing() const;

  Status done(std::size_t index, Result<aws::auth::Answer> answer);
  void settle_call(std::size_t index, Result<aws::auth::Answer> answer);
  void settle(Batch batch, const aws::auth::Answer& answer);
  void settle_written(std::span<const BulkWrite> writes, double units);
  void settle_refused(const BulkWrite& write, const Error& error);
  Status settle_compare(Batch& batch, const Json& answer);
  void settle_rest(Batch& batch, std::vector<Pending> rest, std::string_view why);
  void settle_insert(Batch batch, const aws::auth::Answer& answer);
  void settle_found(Pending item, const Batch& batch, const aws::dynamodb::Item* stored);
  void settle_failure(Batch batch, Error error);
  void count_written(const Pending& item);
  void count_same(const Pending& item);

  [[nodiscard]] std::string key_text(const aws::dynamodb::Item& item) const;
  void repeat(Batch batch, Error why);
  static std::vector<Pending> take_out(std::vector<Pending>& items, const std::function<bool(const Pending&)>& wanted);
  void insert_again(Pending item, const Batch& batch);
  void reject(std::uint32_t file, const aws::dynamodb::format::Record& record, std::string reason, std::string message);

  const SeedRequest& m_request;
  JudgedItems m_items;
  Rejects& m_rejects;
  SeedJournal* m_journal;
  std::function<void(const SeedResponse&)> m_progress;
  SeedResponse* m_response = nullptr;

  BatchWriter m_writer;
  std::deque<Batch> m_ready;  ///< to be sent, before more is read from the files
  std::map<std::size_t, Batch> m_under_way;
  std::set<std::uint64_t> m_with_passwords;  ///< numbers of items that the writer has
  JudgedItem m_item;                         ///< the last one of the files
  std::size_t m_sent = 0;
  bool m_files_at_end = false;
};

}  // namespace davit::commands::table
