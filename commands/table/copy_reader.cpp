// SPDX-License-Identifier: Apache-2.0
#include "commands/table/copy_reader.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>

#include "aws/dynamodb/throttling.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::commands::table {

namespace ddb = aws::dynamodb;
using aws::auth::Answer;
using aws::auth::ServiceCall;
using ddb::Item;

namespace {

constexpr int k_most_at_once = 8;

/// Reads that are each repeated until they have come through. `take` says what is still to be read for this one: another body, or nothing.
class PatientReads
{
public:
  using Take = std::function<Result<std::optional<std::string>>(std::size_t read, const Json& answer)>;

  PatientReads(std::string operation, std::vector<std::string> bodies, std::chrono::milliseconds patience, Take take)
      : m_operation(std::move(operation)), m_patience(patience), m_take(std::move(take))
  {
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      m_waiting.push_back({.read = i, .body = std::move(bodies[i])});
    }
  }

  Status run(ddb::Client& client)
  {
    return client.service().call_many(
        [this] { return next(); }, [this](std::size_t index, const Result<Answer>& answer) { return done(index, answer); }, k_most_at_once);
  }

private:
  struct Read {
    std::size_t read = 0;
    std::string body;
    int attempts = 0;  ///< in vain
  };

  std::optional<ServiceCall> next()
  {
    if (m_waiting.empty()) {
      return std::nullopt;
    }
    const Read& read = m_under_way.emplace(m_sent++, std::move(m_waiting.front())).first->second;
    m_waiting.pop_front();
    return ServiceCall{
        .operation = m_operation, .body = read.body, .read_timeout = m_patience.read_timeout(), .delay = ddb::back_off(read.attempts)};
  }

  Result<std::optional<std::string>> rest_of(const Read& read, const Result<Answer>& answer)
  {
    DAVIT_TRY(answer);
    if (answer->failure) {
      return fail(ddb::failure_of(*answer));
    }
    DAVIT_TRY_ASSIGN(const Json json, ddb::answer_of(m_operation, answer->response.body));
    return m_take(read.read, json);
  }

  Status done(std::size_t index, const Result<Answer>& answer)
  {
    Read read = std::move(m_under_way.extract(index).mapped());
    auto rest = rest_of(read, answer);
    if (!rest && (rest.error().kind != ErrorKind::unavailable || m_patience.is_exhausted())) {
      return fail(std::move(rest).error());
    }
    if (rest) {
      m_patience.progressed();
    }
    if (!rest || *rest) {
      read.body = rest ? std::move(**rest) : read.body;
      ++read.attempts;
      m_waiting.push_back(std::move(read));
    }
    return {};
  }

  std::string m_operation;
  ddb::Patience m_patience;
  Take m_take;
  std::deque<Read> m_waiting;
  std::map<std::size_t, Read> m_under_way;
  std::size_t m_sent = 0;
};

}  // namespace

Result<ScanRound> read_round(ddb::Client& client, const ddb::ScanRequest& request, const std::vector<ddb::ScanPosition>& from,
                             std::chrono::milliseconds patience)
{
  ScanRound out{.items = {}, .after = from};
  std::vector<std::size_t> segments;
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!from[i].is_ended) {
      ddb::ScanRequest part = request;
      part.segment = from.size() == 1 ? std::nullopt : std::optional(static_cast<int>(i));
      part.total_segments = static_cast<int>(from.size());
      part.start_key = from[i].start_key;
      segments.push_back(i);
      bodies.push_back(body_of(part));
    }
  }
  PatientReads reads{
      "Scan", std::move(bodies), patience, [&](std::size_t read, const Json& answer) -> Result<std::optional<std::string>> {
        DAVIT_TRY_ASSIGN(ddb::Page page, ddb::page_from_json(answer));
        auto& position = out.after[segments[read]];
        if (!page.last_key.empty() && page.last_key == position.start_key) {
          return fail(failed_error("the service gives the same page again and again, so the end of the table is never reached"));
        }
        position = {.start_key = page.last_key, .is_ended = page.last_key.empty()};
        out.consumed_capacity += page.consumed_capacity;
        std::move(page.items.begin(), page.items.end(), std::back_inserter(out.items));
        return std::nullopt;
      }};
  DAVIT_TRY(reads.run(client));
  return out;
}

Result<std::map<std::string, Item>> read_existing(ddb::Client& client, const std::string& table, const ddb::KeySchema& key,
                                                  const std::vector<Item>& items, std::chrono::milliseconds patience)
{
  std::map<std::string, Item> out;
  std::vector<std::string> bodies;
  for (std::size_t start = 0; start < items.size(); start += ddb::k_max_batch_get) {
    std::vector<Item> keys;
    for (std::size_t i = start; i < std::min(start + ddb::k_max_batch_get, items.size()); ++i) {
      keys.push_back(ddb::key_of(items[i], key));
    }
    bodies.push_back(ddb::batch_get_body(table, keys));
  }
  PatientReads reads{"BatchGetItem", std::move(bodies), patience,
                     [&](std::size_t, const Json& answer) -> Result<std::optional<std::string>> {
                       DAVIT_TRY_ASSIGN(auto found, ddb::batch_get_items(answer));
                       for (auto& item : found) {
                         std::string name = ddb::to_json_text(ddb::key_of(item, key));
                         out.insert_or_assign(std::move(name), std::move(item));
                       }
                       DAVIT_TRY_ASSIGN(const auto left, ddb::unprocessed_keys(answer));
                       return left.empty() ? std::nullopt : std::optional(ddb::batch_get_body(table, left));
                     }};
  DAVIT_TRY(reads.run(client));
  return out;
}

}  // namespace davit::commands::table
