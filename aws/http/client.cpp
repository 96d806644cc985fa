// SPDX-License-Identifier: Apache-2.0
#include "aws/http/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "aws/core/interrupt.hpp"
#include "aws/http/transfer.hpp"

namespace davit::aws::http {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// How late a signal or a read time-out may be noticed when no byte moves.
constexpr std::chrono::milliseconds k_longest_nap{100};

TransferResult refused(Error error)
{
  return {.response = fail(std::move(error)), .failure = Failure::not_sent, .started = system_now(), .finished = system_now()};
}

}  // namespace

/// The multi handle with everything under way on it. libcurl is opened by the first request.
class Client::Engine
{
public:
  explicit Engine(ClientSettings settings) : m_settings(std::move(settings)) {}
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void start(Request request, const SendOptions& options, Done done);
  void run(SteadyClock::time_point until);
  [[nodiscard]] std::size_t under_way() const { return m_active.size() + m_refused.size(); }

private:
  Status open();
  Status ensure_trust();
  CURL* take_easy();
  std::size_t deliver_refused();
  std::size_t deliver_finished();
  std::size_t abort_late_ones();
  void deliver(Transfer* transfer, CURLcode code);
  void wait(SteadyClock::time_point until);

  ClientSettings m_settings;
  const CurlLibrary* m_curl = nullptr;
  std::optional<Trust> m_trust;
  CURLM* m_multi = nullptr;
  std::vector<CURL*> m_idle;
  std::vector<std::unique_ptr<Transfer>> m_active;
  std::deque<std::pair<Error, Done>> m_refused;
};

Client::Engine::~Engine()
{
  for (const auto& transfer : m_active) {
    m_curl->multi_remove_handle(m_multi, transfer->easy());
    m_curl->easy_cleanup(transfer->easy());
  }
  for (CURL* const easy : m_idle) {
    m_curl->easy_cleanup(easy);
  }
  if (m_multi != nullptr) {
    m_curl->multi_cleanup(m_multi);
  }
}

Status Client::Engine::open()
{
  if (m_multi != nullptr) {
    return {};
  }
  DAVIT_TRY_ASSIGN(m_curl, open_curl());
  m_multi = m_curl->multi_init();
  if (m_multi == nullptr) {
    return fail(Error{.kind = ErrorKind::bug, .message = "libcurl has no memory for a multi handle"});
  }
  return {};
}

/// Left until the first https request: it reads a folder, and plain http to loopback has no use for it.
Status Client::Engine::ensure_trust()
{
  if (m_trust) {
    return {};
  }
  if (m_settings.ca_bundle && !std::filesystem::exists(*m_settings.ca_bundle)) {
    return fail(usage_error(fmt::format("the certificates to trust are not there: {}", m_settings.ca_bundle->string()),
                            "correct AWS_CA_BUNDLE or the profile's ca_bundle"));
  }
  m_trust = find_trust(*m_curl, m_settings);
  return {};
}

CURL* Client::Engine::take_easy()
{
  if (m_idle.empty()) {
    return m_curl->easy_init();
  }
  CURL* const easy = m_idle.back();
  m_idle.pop_back();
  return easy;
}

void Client::Engine::start(Request request, const SendOptions& options, Done done)
{
  auto ready = check_request(request);
  if (ready) {
    ready = open();
  }
  if (ready && request.url.scheme == "https") {
    ready = ensure_trust();
  }
  if (!ready) {
    m_refused.emplace_back(std::move(ready).error(), std::move(done));
    return;
  }
  m_active.push_back(
      std::make_unique<Transfer>(*m_curl, take_easy(), std::move(request), options, m_trust.value_or(Trust{}), std::move(done)));
  m_curl->multi_add_handle(m_multi, m_active.back()->easy());
}

std::size_t Client::Engine::deliver_refused()
{
  const std::size_t count = m_refused.size();
  for (std::size_t i = 0; i < count; ++i) {
    auto [error, done] = std::move(m_refused.front());
    m_refused.pop_front();
    done(refused(std::move(error)));
  }
  return count;
}

void Client::Engine::deliver(Transfer* transfer, CURLcode code)
{
  m_curl->multi_remove_handle(m_multi, transfer->easy());
  TransferResult result = transfer->finish(code);
  const Done done = transfer->take_done();
  m_curl->easy_reset(transfer->easy());
  m_idle.push_back(transfer->easy());
  std::erase_if(m_active, [transfer](const auto& active) { return active.get() == transfer; });
  done(std::move(result));
}

std::size_t Client::Engine::deliver_finished()
{
  std::vector<std::pair<Transfer*, CURLcode>> finished;
  int left = 0;
  while (const CURLMsg* const message = m_curl->multi_info_read(m_multi, &left)) {
    if (message->msg == CURLMSG_DONE) {
      Transfer* transfer = nullptr;
      m_curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      finished.emplace_back(transfer, message->data.result);
    }
  }
  for (const auto& [transfer, code] : finished) {
    deliver(transfer, code);
  }
  return finished.size();
}

std::size_t Client::Engine::abort_late_ones()
{
  const auto now = SteadyClock::now();
  const bool stop = interrupted() != 0;
  std::vector<Transfer*> late;
  for (const auto& transfer : m_active) {
    if (stop || transfer->deadline() <= now) {
      late.push_back(transfer.get());
    }
  }
  for (Transfer* const transfer : late) {
    stop ? transfer->cancel() : transfer->time_out();
    deliver(transfer, CURLE_ABORTED_BY_CALLBACK);
  }
  return late.size();
}

void Client::Engine::wait(SteadyClock::time_point until)
{
  for (const auto& transfer : m_active) {
    until = std::min(until, transfer->deadline());
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
  const auto nap = std::clamp(left, std::chrono::milliseconds{0}, k_longest_nap);
  m_curl->multi_poll(m_multi, nullptr, 0, static_cast<int>(nap.count()), nullptr);
}

void Client::Engine::run(SteadyClock::time_point until)
{
  if (deliver_refused() > 0) {
    return;
  }
  while (!m_active.empty()) {
    int running = 0;
    m_curl->multi_perform(m_multi, &running);
    if (deliver_finished() + abort_late_ones() > 0 || SteadyClock::now() >= until) {
      return;
    }
    wait(until);
  }
}

Client::Client(ClientSettings settings) : m_engine(std::make_unique<Engine>(std::move(settings))) {}

Client::~Client() = default;

void Client::start(Request request, const SendOptions& options, Done done)
{
  m_engine->start(std::move(request), options, std::move(done));
}

void Client::run(std::chrono::steady_clock::time_point until)
{
  m_engine->run(until);
}

std::size_t Client::under_way() const
{
  return m_engine->under_way();
}

TransferResult Client::send(const Request& request, const SendOptions& options)
{
  std::optional<TransferResult> result;
  start(request, options, [&result](TransferResult r) { result = std::move(r); });
  while (!result) {
    run(SteadyClock::time_point::max());
  }
  return std::move(*result);
}

}  // namespace davit::aws::http
