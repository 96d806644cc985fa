// SPDX-License-Identifier: Apache-2.0
#include "commands/table/scan_pages.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>

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
  SegmentedScan(const ScanRequest& request, int segments, const std::function<Status(Page)>& take) : m_take(take)
  {
    for (int i = 0; i < segments; ++i) {
      ScanRequest part = request;
      part.segment = segments == 1 ? std::nullopt : std::optional(i);
      part.total_segments = segments;
      m_waiting.push_back(std::move(part));
    }
  }

  std::optional<ServiceCall> next()
  {
    if (m_waiting.empty()) {
      return std::nullopt;
    }
    const auto sent = m_under_way.emplace(m_sent++, std::move(m_waiting.front())).first;
    m_waiting.pop_front();
    return ServiceCall{.operation = "Scan", .body = body_of(sent->second)};
  }

  Status done(std::size_t index, Result<Answer> answer)
  {
    DAVIT_TRY_ASSIGN(const Answer received, std::move(answer));
    ScanRequest request = std::move(m_under_way.extract(index).mapped());
    if (received.failure) {
      return fail(*received.failure);
    }
    DAVIT_TRY_ASSIGN(const Json json, parse_json(received.response.body, "the answer of Scan"));
    DAVIT_TRY_ASSIGN(Page page, aws::dynamodb::page_from_json(json));
    if (!page.last_key.empty()) {
      request.start_key = page.last_key;
      m_waiting.push_back(std::move(request));
    }
    return m_take(std::move(page));
  }

private:
  const std::function<Status(Page)>& m_take;
  std::deque<ScanRequest> m_waiting;
  std::map<std::size_t, ScanRequest> m_under_way;  ///< by the number of their call
  std::size_t m_sent = 0;
};

}  // namespace

Status scan_pages(aws::dynamodb::Client& client, const ScanRequest& request, int segments, const std::function<Status(Page)>& take)
{
  SegmentedScan scan{request, segments, take};
  return client.service().call_many([&] { return scan.next(); },
                                    [&](std::size_t index, Result<Answer> answer) { return scan.done(index, std::move(answer)); },
                                    std::min(segments, 16));
}

int segments_for(std::int64_t size_bytes)
{
  constexpr std::int64_t k_small = 64 * 1024 * 1024;
  return static_cast<int>(std::clamp<std::int64_t>(size_bytes / k_small, 1, 16));
}

}  // namespace davit::commands::table
