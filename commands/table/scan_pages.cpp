// SPDX-License-Identifier: Apache-2.0
#include "commands/table/scan_pages.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>

#include "aws/core/time.hpp"
#include "aws/dynamodb/throttling.hpp"

namespace davit::commands::table {
namespace {

using aws::auth::Answer;
using aws::auth::ServiceCall;
using aws::dynamodb::Page;
using aws::dynamodb::ScanRequest;

/// The segments of one scan: each has at most one call under way, and its next page is asked for when the one before has come.
class SegmentedScan
{
public:
  SegmentedScan(const ScanRequest& request, const ScanPace& pace, const std::function<Status(Page)>& take)
      : m_take(take), m_patience(pace.patience)
  {
    for (int i = 0; i < pace.segments; ++i) {
      ScanRequest part = request;
      part.segment = pace.segments == 1 ? std::nullopt : std::optional(i);
      part.total_segments = pace.segments;
      m_waiting.push_back({.request = std::move(part)});
    }
  }

  std::optional<ServiceCall> next()
  {
    if (m_waiting.empty()) {
      return std::nullopt;
    }
    const Segment& segment = m_under_way.emplace(m_sent++, std::move(m_waiting.front())).first->second;
    m_waiting.pop_front();
    return ServiceCall{.operation = "Scan",
                       .body = body_of(segment.request),
                       .read_timeout = m_patience.read_timeout(),
                       .delay = back_off(segment.attempts)};
  }

  Status done(std::size_t index, const Result<Answer>& answer)
  {
    Segment segment = std::move(m_under_way.extract(index).mapped());
    auto page = page_of(answer);
    if (!page) {
      return repeat(std::move(segment), std::move(page).error());
    }
    m_patience.progressed();
    if (!page->last_key.empty()) {
      if (page->last_key == segment.request.start_key) {
        return fail(failed_error("the service gives the same page again and again, so the end of the table is never reached"));
      }
      segment.request.start_key = page->last_key;
      segment.attempts = 0;
      m_waiting.push_back(std::move(segment));
    }
    return m_take(std::move(*page));
  }

private:
  struct Segment {
    ScanRequest request;
    int attempts = 0;  ///< at its present page, in vain
  };

  static Result<Page> page_of(const Result<Answer>& answer)
  {
    DAVIT_TRY(answer);
    if (answer->failure) {
      return fail(aws::dynamodb::failure_of(*answer));
    }
    DAVIT_TRY_ASSIGN(const Json json, aws::dynamodb::answer_of("Scan", answer->response.body));
    return aws::dynamodb::page_from_json(json);
  }

  /// A read may always be repeated; one of a throttled table must be, or a long scan would never come to its end.
  Status repeat(Segment segment, Error why)
  {
    if (why.kind != ErrorKind::unavailable || m_patience.is_exhausted()) {
      return fail(std::move(why));
    }
    ++segment.attempts;
    m_waiting.push_back(std::move(segment));
    return {};
  }

  const std::function<Status(Page)>& m_take;
  std::deque<Segment> m_waiting;
  std::map<std::size_t, Segment> m_under_way;  ///< by the number of their call
  std::size_t m_sent = 0;
  Patience m_patience;
};

}  // namespace

Status scan_pages(aws::dynamodb::Client& client, const ScanRequest& request, const ScanPace& pace, const std::function<Status(Page)>& take)
{
  SegmentedScan scan{request, pace, take};
  return client.service().call_many([&] { return scan.next(); },
                                    [&](std::size_t index, const Result<Answer>& answer) { return scan.done(index, answer); },
                                    std::min(pace.segments, 16));
}

void add_pace_flags(CLI::App& command, PaceFlags& flags)
{
  command.add_option("--segments", flags.segments, "Read so many parts at a time (default: by the table's size)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command.add_option("--timeout", flags.timeout, "Give up when the table gave nothing for so long (default: 1m)")->type_name("DURATION");
}

Result<ScanPace> pace_of(const PaceFlags& flags, std::int64_t table_size_bytes)
{
  constexpr std::int64_t k_small = 64 * 1024 * 1024;
  const auto by_size = static_cast<int>(std::clamp<std::int64_t>(table_size_bytes / k_small, 1, 16));
  DAVIT_TRY_ASSIGN(const auto patience, parse_duration(flags.timeout));
  return ScanPace{.segments = flags.segments > 0 ? flags.segments : by_size, .patience = patience};
}

}  // namespace davit::commands::table
