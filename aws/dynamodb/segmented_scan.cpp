// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/segmented_scan.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "aws/dynamodb/throttling.hpp"

namespace davit::aws::dynamodb {
namespace {

using auth::Answer;
using auth::ServiceCall;

/// More connections at a time gain nothing and trouble the table.
constexpr std::size_t k_most_calls = 16;

class SegmentedScan
{
public:
  SegmentedScan(const ScanRequest& request, std::vector<ScanPosition>& positions, std::chrono::milliseconds patience,
                const ScanTaker& taker)
      : m_request(request), m_positions(positions), m_taker(taker), m_patience(patience)
  {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if (!positions[i].is_ended) {
        m_waiting.push_back({.number = i});
      }
    }
  }

  std::optional<ServiceCall> next()
  {
    if (m_waiting.empty()) {
      return std::nullopt;
    }
    const Segment segment = m_under_way.emplace(m_sent++, m_waiting.front()).first->second;
    m_waiting.pop_front();
    return ServiceCall{.operation = "Scan",
                       .body = body_of(page_request(segment)),
                       .read_timeout = m_patience.read_timeout(),
                       .delay = back_off(segment.attempts)};
  }

  Status done(std::size_t index, const Result<Answer>& answer)
  {
    Segment segment = m_under_way.extract(index).mapped();
    auto last_key = last_key_of(answer);
    if (!last_key) {
      return repeat(segment, std::move(last_key).error());
    }
    m_patience.progressed();
    DAVIT_TRY(advance(segment, std::move(*last_key)));
    return m_taker.take();
  }

private:
  struct Segment {
    std::size_t number = 0;
    int attempts = 0;  ///< at its present page, in vain
  };

  [[nodiscard]] ScanRequest page_request(const Segment& segment) const
  {
    ScanRequest request = m_request;
    request.start_key = m_positions[segment.number].start_key;
    request.total_segments = static_cast<int>(m_positions.size());
    request.segment = request.total_segments == 1 ? std::nullopt : std::optional(static_cast<int>(segment.number));
    return request;
  }

  Result<Item> last_key_of(const Result<Answer>& answer)
  {
    DAVIT_TRY(answer);
    if (answer->failure) {
      return fail(failure_of(*answer));
    }
    return m_taker.read(answer->response.body);
  }

  Status advance(Segment segment, Item last_key)
  {
    ScanPosition& position = m_positions[segment.number];
    if (last_key.empty()) {
      position.is_ended = true;
      return {};
    }
    if (last_key == position.start_key) {
      return fail(failed_error("the service gives the same page again and again, so the end of the table is never reached"));
    }
    position.start_key = std::move(last_key);
    segment.attempts = 0;
    m_waiting.push_back(segment);
    return {};
  }

  /// A read may always be repeated; one of a throttled table must be, or a long scan would never come to its end.
  Status repeat(Segment segment, Error why)
  {
    if (why.kind != ErrorKind::unavailable || m_patience.is_exhausted()) {
      return fail(std::move(why));
    }
    ++segment.attempts;
    m_waiting.push_back(segment);
    return {};
  }

  const ScanRequest& m_request;
  std::vector<ScanPosition>& m_positions;
  const ScanTaker& m_taker;
  std::deque<Segment> m_waiting;
  std::map<std::size_t, Segment> m_under_way;  ///< by the number of their call
  std::size_t m_sent = 0;
  Patience m_patience;
};

}  // namespace

Status scan_segments(Client& client, const ScanRequest& request, std::vector<ScanPosition>& positions, std::chrono::milliseconds patience,
                     const ScanTaker& taker)
{
  SegmentedScan scan{request, positions, patience, taker};
  return client.service().call_many([&] { return scan.next(); },
                                    [&](std::size_t index, const Result<Answer>& answer) { return scan.done(index, answer); },
                                    static_cast<int>(std::clamp<std::size_t>(positions.size(), 1, k_most_calls)));
}

}  // namespace davit::aws::dynamodb
