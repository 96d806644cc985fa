// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/service_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "aws/auth/attempt.hpp"
#include "aws/auth/redact.hpp"
#include "aws/auth/sigv4.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::auth {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::minutes k_skew_that_breaks_signatures{4};
/// A real quota of an account, which waiting does not lift: one more try, then the truth.
constexpr std::string_view k_quota_code = "LimitExceededException";
constexpr int k_retries_of_quota = 1;

/// Everything that the attempts of one service's calls share.
struct Target {
  const ServiceModel* model;
  Endpoint endpoint;
  std::optional<Caller> caller;
  int max_attempts;
  Backoff backoff;
};

/// Signing over an unencrypted way would hand a session token to whoever listens.
Status check_transport(const Endpoint& endpoint)
{
  const bool is_safe = endpoint.url.scheme == "https" || endpoint.url.is_loopback() || endpoint.origin == "--endpoint-url";
  if (is_safe) {
    return {};
  }
  return fail(usage_error(fmt::format("{} of {} is neither https nor loopback", endpoint.url.to_string(), endpoint.origin),
                          "credentials are not sent in the clear; type --endpoint-url if it is meant"));
}

Result<std::optional<Credentials>> credentials_of(Session& session, const std::optional<Caller>& caller)
{
  if (caller) {
    return caller->credentials;
  }
  return session.credentials().map([](Credentials&& credentials) { return std::optional(std::move(credentials)); });
}

Result<Target> make_target(Session& session, const std::string& service, const std::optional<Caller>& caller)
{
  DAVIT_TRY_ASSIGN(const ServiceModel* model, find_service(service));
  DAVIT_TRY_ASSIGN(Endpoint endpoint, session.endpoint(service, {.region = caller ? caller->region : ""}));
  DAVIT_TRY(check_transport(endpoint));
  DAVIT_TRY_ASSIGN(const auto credentials, credentials_of(session, caller));
  if (credentials && endpoint.signing_region.empty()) {
    return fail(session.region().error());
  }
  DAVIT_TRY(session.check_retry_mode());
  DAVIT_TRY_ASSIGN(const int max_attempts, session.max_attempts(service));
  const bool is_dynamodb = service.starts_with("dynamodb");
  return Target{model, std::move(endpoint), caller, max_attempts, {.transient_base = milliseconds{is_dynamodb ? 25 : 50}}};
}

/// A call on its way through its attempts.
struct PendingCall {
  std::size_t index;
  ServiceCall call;
  SteadyClock::time_point due;
  std::string invocation_id = crypto::random_uuid();
  int attempts = 0;
  milliseconds skew_used{0};
  bool knows_the_time = false;  ///< whether the last answer said what time it is
  std::optional<RetryReason> last_retry = std::nullopt;
  bool is_sent = false;
  /// Shared with the transfer, which outlives this when the submission stops early.
  std::shared_ptr<std::optional<http::TransferResult>> inbox = std::make_shared<std::optional<http::TransferResult>>();

  [[nodiscard]] bool has_arrived() const { return inbox->has_value(); }
};

/// Runs calls over the session's connections until all have an answer.
class Submission
{
public:
  Submission(Session& session, Target target, http::Client& client) : m_session(session), m_target(std::move(target)), m_client(client) {}

  Status run(const ServiceClient::Next& next, const ServiceClient::Done& done, int concurrency)
  {
    while (true) {
      DAVIT_TRY(take_new(next, concurrency));
      if (m_pending.empty()) {
        return {};
      }
      withdraw_unsent();
      send_due();
      wait();
      if (interrupted() != 0) {
        return fail(Error{.kind = ErrorKind::cancelled, .message = fmt::format("interrupted with {} calls under way", m_pending.size())});
      }
      DAVIT_TRY(settle_arrived(done));
    }
  }

private:
  Status take_new(const ServiceClient::Next& next, int concurrency)
  {
    while (m_pending.size() < static_cast<std::size_t>(concurrency)) {
      auto call = next();
      if (!call) {
        return {};
      }
      if (call->effect == Effect::write) {
        DAVIT_TRY(m_session.check_account());
      }
      const auto due = SteadyClock::now() + call->delay;
      m_pending.push_back({.index = m_count++, .call = std::move(*call), .due = due});
    }
    return {};
  }

  void send_due()
  {
    const auto now = SteadyClock::now();
    for (auto& pending : m_pending) {
      if (!pending.is_sent && !pending.has_arrived() && pending.due <= now) {
        send(pending);
      }
    }
  }

  void withdraw_unsent()
  {
    if (stop_requested() == 0) {
      return;
    }
    for (auto& pending : m_pending) {
      if (pending.attempts == 0 && pending.due > SteadyClock::now()) {
        Error error{.kind = ErrorKind::cancelled, .message = "interrupted before the call was sent"};
        pending.inbox->emplace(http::TransferResult{.response = fail(std::move(error)), .failure = http::Failure::cancelled});
      }
    }
  }

  void send(PendingCall& pending)
  {
    pending.is_sent = true;
    ++pending.attempts;
    auto request = sign(pending);
    if (!request) {
      pending.inbox->emplace(http::TransferResult{.response = fail(std::move(request).error()), .failure = http::Failure::not_sent});
      return;
    }
    debug([&] { return describe_request(*request, pending.call.operation, pending.attempts); });
    http::SendOptions options{.send_once = pending.call.retry == Retry::never_once_it_was_sent};
    options.read_timeout = pending.call.read_timeout.value_or(options.read_timeout);
    m_client.start(std::move(*request), options, [inbox = pending.inbox](http::TransferResult result) { *inbox = std::move(result); });
  }

  Result<http::Request> sign(PendingCall& pending)
  {
    http::Request request = build_request(*m_target.model, m_target.endpoint, pending.call);
    request.headers.add("amz-sdk-invocation-id", pending.invocation_id);
    request.headers.add("amz-sdk-request", fmt::format("attempt={}; max={}", pending.attempts, m_target.max_attempts));
    // Asked each time: a long submission may outlive the credentials that it began with.
    DAVIT_TRY_ASSIGN(const auto credentials, credentials_of(m_session, m_target.caller));
    if (!credentials) {
      return request;
    }
    pending.skew_used = m_session.clock_skew(m_target.endpoint.url.authority());
    auto result = sigv4::sign(std::move(request), *credentials,
                              {.region = m_target.endpoint.signing_region,
                               .service = m_target.endpoint.signing_name,
                               .time = m_session.settings().clock() + pending.skew_used,
                               // Some services, and moto, check the body only when its hash is sent.
                               .content_sha256_header = sigv4::ContentSha256Header::yes});
    return std::move(result).map([this](sigv4::SignedRequest&& s) { return may_come_compressed(std::move(s.request)); });
  }

  /// DynamoDB compresses large answers for whoever asks. That pays on every link that is slower than a processor, so not on this machine's
  /// own. Not signed: a proxy may ask otherwise.
  [[nodiscard]] http::Request may_come_compressed(http::Request request) const
  {
    if (m_target.model->name == "dynamodb" && !m_target.endpoint.url.is_loopback()) {
      request.headers.add("Accept-Encoding", "gzip");
    }
    return request;
  }

  void wait()
  {
    constexpr milliseconds k_longest_nap{50};
    auto until = SteadyClock::time_point::max();
    for (const auto& pending : m_pending) {
      if (pending.has_arrived()) {
        return;
      }
      until = pending.is_sent ? until : std::min({until, pending.due, SteadyClock::now() + k_longest_nap});
    }
    if (m_client.under_way() > 0) {
      return m_client.run(until);
    }
    std::this_thread::sleep_until(until);
  }

  /// Hands over what is final and schedules what is to be repeated.
  Status settle_arrived(const ServiceClient::Done& done)
  {
    for (auto at = m_pending.begin(); at != m_pending.end();) {
      if (!at->has_arrived()) {
        ++at;
        continue;
      }
      auto verdict = judge_arrived(*at);
      if (!verdict) {
        ++at;
        continue;
      }
      const std::size_t index = at->index;
      at = m_pending.erase(at);
      DAVIT_TRY(done(index, std::move(*verdict)));
    }
    return {};
  }

  /// The final outcome, or nothing when the call goes into another attempt.
  std::optional<Result<Answer>> judge_arrived(PendingCall& pending)
  {
    http::TransferResult result = std::move(**pending.inbox);
    pending.inbox->reset();
    pending.is_sent = false;
    const auto skew = clock_skew_of(result);
    pending.knows_the_time = skew.has_value();
    if (skew) {
      m_session.set_clock_skew(m_target.endpoint.url.authority(), *skew);
    }
    const std::string answered = result.response ? describe(*result.response, pending) : result.response.error().message;
    debug([&] { return answered; });
    Verdict verdict = judge(std::move(result), pending.call);
    if (schedule_retry(pending, verdict)) {
      return std::nullopt;
    }
    return finish(pending, std::move(verdict));
  }

  [[nodiscard]] std::string describe(const http::Response& response, const PendingCall& pending) const
  {
    return m_session.settings().debug ? describe_response(response, pending.call.operation) : "";
  }

  bool schedule_retry(PendingCall& pending, Verdict& verdict)
  {
    const RetryReason reason = reason_to_retry(pending, verdict);
    const bool is_callers = reason == RetryReason::throttling && pending.call.retry == Retry::paced_by_caller;
    if (reason == RetryReason::none || is_callers || pending.attempts >= m_target.max_attempts) {
      return false;
    }
    if (!m_session.retry_quota().take(reason)) {
      add_hint(verdict, "it was not repeated: the retry quota of this process is exhausted");
      return false;
    }
    const http::Headers none;
    const http::Headers& headers = verdict.outcome ? verdict.outcome->response.headers : none;
    const auto after_ms = headers.get("x-amz-retry-after");
    const auto after_s = headers.get("retry-after");
    const auto delay = retry_delay(m_target.backoff, reason, pending.attempts - 1, crypto::random_fraction(), after_ms, after_s);
    pending.last_retry = reason;
    pending.due = SteadyClock::now() + delay;
    debug([&] { return fmt::format("  {} is repeated in {} ms", pending.call.operation, delay.count()); });
    return true;
  }

  [[nodiscard]] RetryReason reason_to_retry(const PendingCall& pending, Verdict& verdict) const
  {
    const auto skew = m_session.clock_skew(m_target.endpoint.url.authority()) - pending.skew_used;
    const bool clock_moved = std::chrono::abs(skew) > k_skew_that_breaks_signatures;
    if (pending.knows_the_time && (verdict.clock_is_wrong || (verdict.clock_is_suspect && clock_moved))) {
      return RetryReason::transient;
    }
    const bool is_quota = verdict.outcome && verdict.outcome->failure && verdict.outcome->failure->service->code == k_quota_code;
    if (is_quota && pending.attempts > k_retries_of_quota) {
      add_hint(verdict, "this is a quota, not a rate: waiting does not lift it");
      return RetryReason::none;
    }
    return verdict.retry;
  }

  static void add_hint(Verdict& verdict, std::string hint)
  {
    Error* const error = !verdict.outcome ? &verdict.outcome.error() : verdict.outcome->failure ? &*verdict.outcome->failure : nullptr;
    if (error != nullptr && error->hint.empty()) {
      error->hint = std::move(hint);
    }
  }

  Result<Answer> finish(const PendingCall& pending, Verdict verdict)
  {
    if (verdict.outcome) {
      verdict.outcome->attempts = pending.attempts;
    }
    if (verdict.outcome && !verdict.outcome->failure) {
      m_session.retry_quota().give_back(pending.last_retry);
    } else if (pending.attempts > 1) {
      add_hint(verdict, fmt::format("{} attempts were made", pending.attempts));
    }
    return std::move(verdict.outcome);
  }

  template <typename Text>
  void debug(Text&& text) const
  {
    if (m_session.settings().debug) {
      m_session.settings().debug(text());
    }
  }

  Session& m_session;
  Target m_target;
  http::Client& m_client;
  std::list<PendingCall> m_pending;
  std::size_t m_count = 0;
};

}  // namespace

ServiceClient::ServiceClient(Session& session, std::string_view service) : m_session(session), m_service(service) {}

ServiceClient::ServiceClient(Session& session, std::string_view service, Caller caller)
    : m_session(session), m_service(service), m_caller(std::move(caller))
{
}

Status ServiceClient::call_many(const Next& next, const Done& done, int concurrency)
{
  DAVIT_TRY_ASSIGN(Target target, make_target(m_session, m_service, m_caller));
  DAVIT_TRY_ASSIGN(http::Client * client, m_session.http());
  return Submission{m_session, std::move(target), *client}.run(next, done, concurrency);
}

Result<Answer> ServiceClient::exchange(const ServiceCall& call)
{
  bool handed_out = false;
  Result<Answer> answer = fail(Error{.kind = ErrorKind::bug, .message = "a call ended without an outcome"});
  const auto next = [&]() -> std::optional<ServiceCall> { return std::exchange(handed_out, true) ? std::nullopt : std::optional(call); };
  DAVIT_TRY(call_many(
      next,
      [&](std::size_t, Result<Answer> outcome) -> Status {
        answer = std::move(outcome);
        return {};
      },
      1));
  return answer;
}

Result<http::Response> ServiceClient::call(const ServiceCall& call)
{
  DAVIT_TRY_ASSIGN(Answer answer, exchange(call));
  if (answer.failure) {
    return fail(std::move(*answer.failure));
  }
  return std::move(answer.response);
}

Result<Json> ServiceClient::call_json(const ServiceCall& call)
{
  DAVIT_TRY_ASSIGN(const http::Response response, this->call(call));
  if (response.body.empty()) {
    return Json::object();
  }
  auto body = parse_json(response.body, "the answer to " + call.operation);
  if (!body || !body->is_object()) {
    return fail(Error{.kind = ErrorKind::unavailable,
                      .message = fmt::format("the answer to {} is no JSON object", call.operation),
                      .hint = "check that the endpoint is one of AWS"});
  }
  return std::move(*body);
}

}  // namespace davit::aws::auth
