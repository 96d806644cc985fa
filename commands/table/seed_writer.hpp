// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "commands/table/rejects.hpp"
#include "commands/table/seed.hpp"

namespace davit::commands::table {

/// Brings the items of a seed into the table over one set of connections: batches are read, compared, written, and sent again where the
/// service left some unprocessed. One object a seed.
class SeedWriter
{
public:
  SeedWriter(const SeedRequest& request, JudgedItems items, Rejects& rejects, std::function<void(const SeedResponse&)> progress);

  /// Runs until every item is written, same or rejected, or something stops it. Counts into the response; the failure, if any, too.
  void run(aws::dynamodb::Client& client, SeedResponse& response);

private:
  struct Pending {
    std::string file;
    aws::dynamodb::format::Record record;
    std::string text;  ///< DynamoDB JSON, once it is to be written
  };

  enum class Step {
    compare,  ///< read, to write only what differs
    put,
    insert,
    verify,  ///< read what kept an insert from happening
  };

  /// Items that travel together.
  struct Batch {
    Step step = Step::put;
    std::vector<Pending> items;
    int attempts = 0;          ///< that brought nothing forward
    bool may_be_ours = false;  ///< an insert was sent more than once, so that its first sending may have come through
  };

  std::optional<aws::auth::ServiceCall> next();
  std::optional<Batch> next_batch();
  std::optional<Batch> batch_from_file();
  std::optional<Pending> next_item();
  std::optional<aws::auth::ServiceCall> call_of(Batch& batch);
  void prepare(Pending& item);

  Status done(std::size_t index, Result<aws::auth::Answer> answer);
  void settle(Batch batch, const aws::auth::Answer& answer);
  Status settle_put(Batch& batch, const Json& answer);
  Status settle_compare(Batch& batch, const Json& answer);
  void settle_rest(Batch& batch, std::vector<Pending> rest, std::string_view why);
  void settle_insert(Batch batch, const aws::auth::Answer& answer);
  void settle_found(Pending item, const Batch& batch, const aws::dynamodb::Item* stored);
  void settle_failure(Batch batch, Error error);

  [[nodiscard]] std::string key_text(const aws::dynamodb::Item& item) const;
  void repeat(Batch batch, Error why);
  static std::vector<Pending> take_out(std::vector<Pending>& items, const std::function<bool(const Pending&)>& wanted);
  void write_later(Pending item);
  void insert_again(Pending item, const Batch& batch);
  void reject(const Pending& item, std::string reason, std::string message);
  void stop(Error why);

  const SeedRequest& m_request;
  JudgedItems m_items;
  Rejects& m_rejects;
  std::function<void(const SeedResponse&)> m_progress;
  SeedResponse* m_response = nullptr;

  std::deque<Batch> m_ready;        ///< to be sent, before more is read from the files
  std::vector<Pending> m_to_write;  ///< found different, until they fill a batch
  std::size_t m_bytes_to_write = 0;
  std::map<std::size_t, Batch> m_under_way;
  std::size_t m_sent = 0;
  bool m_files_at_end = false;
  bool m_stopped = false;
  Patience m_patience;
};

}  // namespace davit::commands::table
