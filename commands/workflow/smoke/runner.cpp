// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"
#include "commands/workflow/smoke/judgement.hpp"
#include "commands/workflow/smoke/observation.hpp"
#include "commands/workflow/smoke/parity.hpp"
#include "commands/workflow/smoke/preparation.hpp"
#include "commands/workflow/smoke/secrets.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// CloudWatch shows a line some seconds after it was written.
constexpr std::chrono::seconds k_longest_log_delay{15};

int milliseconds_since(steady_clock::time_point start)
{
  return static_cast<int>(std::chrono::duration_cast<milliseconds>(steady_clock::now() - start).count());
}

/// False when a signal cut the wait short.
bool wait(milliseconds duration)
{
  constexpr milliseconds k_nap{50};
  const auto end = steady_clock::now() + duration;
  while (interrupted() == 0 && steady_clock::now() < end) {
    std::this_thread::sleep_for(std::min<steady_clock::duration>(k_nap, end - steady_clock::now()));
  }
  return interrupted() == 0;
}

bool can_be_retried(const Error& error)
{
  return error.kind != ErrorKind::usage && error.kind != ErrorKind::credentials && error.kind != ErrorKind::cancelled;
}

bool all_ok(const std::vector<CheckResult>& checks)
{
  return std::all_of(checks.begin(), checks.end(), [](const CheckResult& check) { return check.ok; });
}

bool asks_for(const std::vector<Check>& checks, Check::Subject subject)
{
  return std::any_of(checks.begin(), checks.end(), [&](const Check& check) { return check.subject == subject; });
}

/// The platform's own last line of an invocation, in either log format.
bool is_complete(std::string_view log)
{
  return log.find("REPORT RequestId:") != std::string_view::npos || log.find("\"platform.report\"") != std::string_view::npos;
}

/// One suite being run.
class Run
{
public:
  Run(const Suite& suite, Target& target, const std::string& default_token, const StepListener& listener, AnswersKept answers_kept)
      : m_suite(suite), m_target(target), m_default_token(default_token), m_listener(listener), m_answers_kept(answers_kept)
  {
  }

  std::vector<StepResult> run();

private:
  Status set_variables();
  void run_all(const std::vector<Step>& steps, const std::string& phase);
  StepResult run_step(const Step& step, const std::string& phase);
  void mask_what_was_learned_later();
  bool attempt(const Step& step, StepResult& result);
  void stop(StepResult& result, StepStatus status, const Error& error) const;
  Result<Observed> observe(const Step& step, PreparedStep& prepared);
  Status authorize(const RequestCall& call, PreparedRequest& request);
  void learn_secrets(const Step& step, const PreparedStep& prepared);
  Status judge(const PreparedStep& prepared, Observed& observed, std::vector<CheckResult>& results);
  Status read_log(const Check& check, Observed& observed);
  [[nodiscard]] CheckResult result_of(const Check& check, const Found& found, bool ok) const;
  void judge_unasked(const std::vector<Check>& checks, const Answer& answer, std::vector<CheckResult>& results) const;
  Status capture(const Step& step, const Answer& answer, std::vector<CheckResult>& results);

  const Suite& m_suite;
  Target& m_target;
  const std::string& m_default_token;
  const StepListener& m_listener;
  AnswersKept m_answers_kept;
  std::vector<StepResult> m_results;
  std::string m_stop;  ///< why no further step runs; empty while they do
  Variables m_variables;
  Variables m_scope;  ///< the same with the row of the step that runs
  Secrets m_secrets;
  TimePoint m_attempt_began{};
};

StepResult skipped(const Step& step, const std::string& phase, const std::string& why)
{
  return {.name = step.name, .phase = phase, .line = step.line, .status = StepStatus::skipped, .message = why};
}

std::vector<StepResult> Run::run()
{
  const bool begins = interrupted() == 0;
  const auto set = set_variables();
  m_stop = !begins ? "interrupted" : set ? "" : set.error().message;
  run_all(m_suite.setup, "setup");
  run_all(m_suite.steps, "step");
  // What was made has to go, whatever happened before: a signal waits for it, a second one does not.
  const FinishScope finish;
  m_stop = begins ? "" : m_stop;
  run_all(m_suite.cleanup, "cleanup");
  mask_what_was_learned_later();
  return std::move(m_results);
}

void Run::run_all(const std::vector<Step>& steps, const std::string& phase)
{
  for (const auto& step : steps) {
    const std::string why = m_stop.empty() && interrupted() != 0 ? "interrupted" : m_stop;
    StepResult result = why.empty() ? run_step(step, phase) : skipped(step, phase, why);
    if (phase == "setup" && result.status != StepStatus::passed && m_stop.empty()) {
      m_stop = fmt::format("setup step '{}' did not pass", step.name);
    }
    m_listener(m_suite, result);
    m_results.push_back(std::move(result));
  }
}

/// A step may have shown what only a later one called a secret.
void Run::mask_what_was_learned_later()
{
  for (auto& step : m_results) {
    step.message = m_secrets.masked_text(step.message);
    step.answer = m_secrets.masked(step.answer);
    for (auto& check : step.checks) {
      check.expected = m_secrets.masked(check.expected);
      check.actual = m_secrets.masked(check.actual);
    }
  }
}

Status Run::set_variables()
{
  m_variables.set("run", aws::crypto::random_uuid().substr(0, 8) + aws::crypto::random_uuid().substr(0, 4));
  for (const auto& [name, value] : m_suite.variables.items()) {
    DAVIT_TRY_ASSIGN(OrderedJson expanded, m_variables.expand(value));
    m_secrets.learn(expanded, name);
    m_variables.set(name, std::move(expanded));
  }
  return {};
}

StepResult Run::run_step(const Step& step, const std::string& phase)
{
  StepResult result{.name = step.name, .phase = phase, .line = step.line, .status = StepStatus::skipped, .message = "interrupted"};
  const auto start = steady_clock::now();
  int left = step.retry.times;
  while (interrupted() == 0 && attempt(step, result) && left-- > 0 && wait(step.retry.wait)) {
  }
  result.duration_ms = milliseconds_since(start);
  return result;
}

/// Whether another attempt may come out differently.
bool Run::attempt(const Step& step, StepResult& result)
{
  result.checks.clear();
  m_scope = m_variables;
  for (const auto& [name, value] : step.row.items()) {
    m_scope.set(name, m_variables.expand(value).value_or(value));
    m_secrets.learn(value, name);
  }
  auto prepared = prepare(step, m_scope);
  if (!prepared) {
    const bool lacks_capture = prepared.error().kind == ErrorKind::not_found;
    stop(result, lacks_capture ? StepStatus::skipped : StepStatus::error, prepared.error());
    return false;
  }
  ++result.attempts;
  m_attempt_began = system_now();
  auto observed = observe(step, *prepared);
  const auto judged = observed ? judge(*prepared, *observed, result.checks) : Status(fail(observed.error()));
  const auto captured = judged ? capture(step, observed->answer, result.checks) : judged;
  if (observed && m_answers_kept == AnswersKept::yes) {
    result.answer = comparable(observed->answer, m_variables);
  }
  if (!captured) {
    stop(result, StepStatus::error, captured.error());
    return can_be_retried(captured.error());
  }
  result.message.clear();
  result.hint.clear();
  result.error_kind.reset();
  result.status = all_ok(result.checks) ? StepStatus::passed : StepStatus::failed;
  if (result.status == StepStatus::passed || !all_hold(prepared->stop_if, *observed)) {
    return result.status == StepStatus::failed;
  }
  result.message = "not tried again: `stop_if` holds";
  return false;
}

void Run::stop(StepResult& result, StepStatus status, const Error& error) const
{
  result.status = status;
  result.message = m_secrets.masked_text(error.message);
  // What a lost connection hints at is the network of AWS's services.
  result.hint = error.kind == ErrorKind::unavailable ? "" : error.hint;
  result.error_kind = status == StepStatus::error ? std::optional(error.kind) : std::nullopt;
}

Status Run::authorize(const RequestCall& call, PreparedRequest& request)
{
  const std::string profile = call.token.value_or(m_default_token);
  if (profile.empty() || profile == "none" || request.headers.get("authorization")) {
    return {};
  }
  DAVIT_TRY_ASSIGN(const std::string token, m_target.mint(profile));
  request.headers.set("Authorization", "Bearer " + token);
  return {};
}

void Run::learn_secrets(const Step& step, const PreparedStep& prepared)
{
  const auto* const call = std::get_if<RequestCall>(&step.call);
  if (call != nullptr) {
    const auto& request = std::get<PreparedRequest>(prepared.call);
    m_secrets.learn(request.headers);
    m_secrets.learn(OrderedJson(request.body));
  }
  if (call != nullptr && call->form) {
    m_secrets.learn(m_scope.expand(*call->form).value_or(nullptr));
  }
}

/// Makes the call and takes its time, which is the call's alone: a token is minted before, and the answer read after.
Result<Observed> Run::observe(const Step& step, PreparedStep& prepared)
{
  if (auto* const request = std::get_if<PreparedRequest>(&prepared.call)) {
    DAVIT_TRY(authorize(std::get<RequestCall>(step.call), *request));
  }
  learn_secrets(step, prepared);
  const auto start = steady_clock::now();
  Result<Answer> answer = fail({});
  if (const auto* const request = std::get_if<PreparedRequest>(&prepared.call)) {
    answer = m_target.send(*request, step.timeout);
  } else if (const auto* const event = std::get_if<EventCall>(&prepared.call)) {
    answer = m_target.invoke(event->event, step.timeout);
  } else {
    answer = m_target.call_item(std::get<ItemCall>(prepared.call));
  }
  const int latency_ms = milliseconds_since(start);
  if (!answer) {
    return fail(std::move(answer).error());
  }
  read_json_body(*answer);
  m_secrets.learn(answer->headers);
  m_secrets.learn(answer->json.value_or(nullptr));
  return Observed{.answer = std::move(*answer), .latency_ms = latency_ms};
}

CheckResult Run::result_of(const Check& check, const Found& found, bool ok) const
{
  const bool is_schema = check.subject == Check::Subject::schema;
  const OrderedJson actual = is_schema ? schema_findings(check, found) : found.value.value_or(nullptr);
  return {.check = check.title(),
          .expected = is_schema ? OrderedJson("valid") : m_secrets.masked(check.expected, check.name),
          .actual = shortened(m_secrets.masked(actual, check.name)),
          .ok = ok};
}

Status Run::judge(const PreparedStep& prepared, Observed& observed, std::vector<CheckResult>& results)
{
  for (const auto& check : prepared.checks) {
    if (check.subject == Check::Subject::log) {
      DAVIT_TRY(read_log(check, observed));
    }
    DAVIT_TRY_ASSIGN(const Found found, find_subject(check, observed));
    results.push_back(result_of(check, found, holds(check, found)));
  }
  judge_unasked(prepared.checks, observed.answer, results);
  return {};
}

/// The tail that came with the answer is all when it begins with START. Else reads on until the log is complete and holds what is expected,
/// or until no more can be hoped for.
Status Run::read_log(const Check& check, Observed& observed)
{
  std::string& log = observed.answer.log;
  const auto suffices = [&] { return is_complete(log) && holds(check, {.value = OrderedJson(log)}); };
  if (suffices() || log.find("START RequestId:") != std::string::npos) {
    return {};
  }
  const auto deadline = steady_clock::now() + k_longest_log_delay;
  milliseconds pause{100};
  do {
    DAVIT_TRY_ASSIGN(log, m_target.log_since(m_attempt_began));
    pause = std::min(pause * 2, milliseconds{1000});
  } while (!suffices() && steady_clock::now() < deadline && wait(pause));
  return {};
}

/// A failure is none that a suite has to ask for: a function error and a server error fail the step unless it expects them.
void Run::judge_unasked(const std::vector<Check>& checks, const Answer& answer, std::vector<CheckResult>& results) const
{
  if (!answer.function_error.empty() && !asks_for(checks, Check::Subject::function_error)) {
    const Check unasked{.subject = Check::Subject::function_error, .expected = {{"exists", false}}};
    results.push_back(result_of(unasked, {.value = OrderedJson(answer.body)}, false));
  }
  if (answer.status.value_or(0) >= 500 && !asks_for(checks, Check::Subject::status)) {
    const Check unasked{.subject = Check::Subject::status, .expected = {{"lt", 500}}};
    results.push_back(result_of(unasked, {.value = OrderedJson(*answer.status)}, false));
  }
}

/// Keeps what can be had, even of an answer that is not what was expected: the clean-up may need it.
Status Run::capture(const Step& step, const Answer& answer, std::vector<CheckResult>& results)
{
  const bool as_expected = all_ok(results);
  for (const auto& capture : step.captures) {
    DAVIT_TRY_ASSIGN(auto value, find_capture(capture, answer));
    if (value) {
      m_secrets.learn(*value, capture.name);
      m_variables.set(capture.name, std::move(*value));
    } else if (as_expected) {
      results.push_back({.check = "capture " + capture.name, .expected = {{"exists", true}}, .actual = nullptr, .ok = false});
    }
  }
  return {};
}

}  // namespace

bool SuiteResult::passed() const
{
  return std::all_of(steps.begin(), steps.end(), [](const StepResult& step) {
    const bool nothing_to_clean = step.phase == "cleanup" && step.status == StepStatus::skipped;
    return step.status == StepStatus::passed || nothing_to_clean;
  });
}

std::string name_of(StepStatus status)
{
  switch (status) {
    case StepStatus::passed:
      return "passed";
    case StepStatus::failed:
      return "failed";
    case StepStatus::error:
      return "error";
    case StepStatus::skipped:
      return "skipped";
  }
  return {};
}

SuiteResult run_suite(const Suite& suite, Target& target, const std::string& default_token, const StepListener& listener,
                      AnswersKept answers_kept)
{
  SuiteResult result{.name = suite.name, .file = suite.file.string(), .target = target.name(), .started = system_now()};
  result.steps = Run{suite, target, default_token, listener, answers_kept}.run();
  return result;
}

}  // namespace davit::commands::workflow::smoke
