// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/crypto/random.hpp"
#include "commands/workflow/smoke/json_path.hpp"
#include "commands/workflow/smoke/matcher.hpp"
#include "commands/workflow/smoke/secrets.hpp"
#include "commands/workflow/smoke/variables.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using std::chrono::steady_clock;

/// What a check may look at, beside the answer.
struct Observed {
  Answer answer;
  int latency_ms = 0;
};

bool can_be_retried(const Error& error)
{
  return error.kind != ErrorKind::usage && error.kind != ErrorKind::credentials && error.kind != ErrorKind::cancelled;
}

/// One suite being run.
class Run
{
public:
  Run(const Suite& suite, Target& target, const std::string& default_token)
      : m_suite(suite), m_target(target), m_default_token(default_token)
  {
  }

  Status set_variables();
  StepResult run_step(const Step& step, const std::string& phase);

private:
  Result<Observed> call(const Step& step);
  Result<Answer> dispatch(const Step& step);
  Result<PreparedRequest> prepare(const Step& step);
  Status add_token(const Step& step, PreparedRequest& request);
  Status attempt(const Step& step, StepResult& result);
  Result<CheckResult> evaluate(const Check& check, Observed& observed, TimePoint start);
  Result<OrderedJson> actual_of(const Check& check, Observed& observed, TimePoint start, bool& exists);
  Status capture(const Step& step, const Answer& answer);

  const Suite& m_suite;
  Target& m_target;
  const std::string& m_default_token;
  Variables m_variables;
  Secrets m_secrets;
};

Status Run::set_variables()
{
  m_variables.set("run", aws::crypto::random_uuid().substr(0, 8) + aws::crypto::random_uuid().substr(0, 4));
  for (const auto& [name, value] : m_suite.variables.items()) {
    DAVIT_TRY_ASSIGN(OrderedJson expanded, m_variables.expand(value));
    m_secrets.note(name, expanded);
    m_variables.set(name, std::move(expanded));
  }
  for (const auto* steps : {&m_suite.setup, &m_suite.steps, &m_suite.cleanup}) {
    for (const auto& step : *steps) {
      for (const auto& [name, unused] : step.capture) {
        m_variables.promise(name);
      }
    }
  }
  return {};
}

Status Run::add_token(const Step& step, PreparedRequest& request)
{
  const std::string profile = step.token.value_or(m_default_token);
  if (profile.empty() || profile == "none") {
    return {};
  }
  DAVIT_TRY_ASSIGN(const std::string token, m_target.mint(profile));
  m_secrets.add(token);
  request.headers["Authorization"] = "Bearer " + token;
  return {};
}

Result<PreparedRequest> Run::prepare(const Step& step)
{
  PreparedRequest request{.method = step.request->method};
  DAVIT_TRY_ASSIGN(request.path, m_variables.expand(step.request->path));
  if (step.request->json) {
    DAVIT_TRY_ASSIGN(const OrderedJson body, m_variables.expand(*step.request->json));
    request.body = body.dump();
    request.headers["Content-Type"] = "application/json";
  } else if (step.request->body) {
    DAVIT_TRY_ASSIGN(request.body, m_variables.expand(*step.request->body));
  }
  DAVIT_TRY(add_token(step, request));
  for (const auto& [name, value] : step.headers) {
    DAVIT_TRY_ASSIGN(request.headers[name], m_variables.expand(value));
  }
  return request;
}

Result<Answer> Run::dispatch(const Step& step)
{
  if (step.request) {
    DAVIT_TRY_ASSIGN(const PreparedRequest request, prepare(step));
    return m_target.send(request);
  }
  if (step.event) {
    DAVIT_TRY_ASSIGN(const std::string text, read_file(step.event->file));
    DAVIT_TRY_ASSIGN(const OrderedJson parsed, parse_ordered_json(text, step.event->file.string()));
    DAVIT_TRY_ASSIGN(const OrderedJson event, m_variables.expand(parsed));
    return m_target.invoke(event);
  }
  ItemCall call = *step.item;
  DAVIT_TRY_ASSIGN(call.argument, m_variables.expand(step.item->argument));
  return m_target.call_item(call);
}

Result<Observed> Run::call(const Step& step)
{
  const auto start = steady_clock::now();
  DAVIT_TRY_ASSIGN(Answer answer, dispatch(step));
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
  return Observed{.answer = std::move(answer), .latency_ms = static_cast<int>(spent.count())};
}

Result<OrderedJson> Run::actual_of(const Check& check, Observed& observed, TimePoint start, bool& exists)
{
  using Subject = Check::Subject;
  const Answer& answer = observed.answer;
  exists = true;
  switch (check.subject) {
    case Subject::status:
      exists = answer.status.has_value();
      return OrderedJson(answer.status.value_or(0));
    case Subject::latency:
      return OrderedJson(observed.latency_ms);
    case Subject::body:
      return OrderedJson(answer.body);
    case Subject::function_error:
      exists = !answer.function_error.empty();
      return OrderedJson(answer.function_error);
    case Subject::log: {
      if (answer.log.empty()) {
        DAVIT_TRY_ASSIGN(observed.answer.log, m_target.log_since(start));
      }
      return OrderedJson(observed.answer.log);
    }
    case Subject::header: {
      std::string lower = check.name;
      std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const auto found = answer.headers.find(lower);
      exists = found != answer.headers.end();
      return exists ? OrderedJson(found->second) : OrderedJson();
    }
    case Subject::json:
    case Subject::payload: {
      DAVIT_TRY_ASSIGN(const JsonPath path, JsonPath::parse(check.name));
      const OrderedJson* value = answer.json ? path.find(*answer.json) : nullptr;
      exists = value != nullptr;
      return exists ? *value : OrderedJson();
    }
  }
  return OrderedJson();
}

Result<CheckResult> Run::evaluate(const Check& check, Observed& observed, TimePoint start)
{
  DAVIT_TRY_ASSIGN(const OrderedJson expected, m_variables.expand(check.expected));
  if (const auto complaint = complaint_about(expected)) {
    return fail(usage_error(*complaint));
  }
  bool exists = false;
  DAVIT_TRY_ASSIGN(const OrderedJson actual, actual_of(check, observed, start, exists));
  return CheckResult{.check = check.title(),
                     .expected = m_secrets.masked(expected),
                     .actual = m_secrets.masked(actual, check.name),
                     .ok = matches(expected, exists ? &actual : nullptr)};
}

Status Run::capture(const Step& step, const Answer& answer)
{
  for (const auto& [name, text] : step.capture) {
    DAVIT_TRY_ASSIGN(const JsonPath path, JsonPath::parse(text));
    const OrderedJson* value = answer.json ? path.find(*answer.json) : nullptr;
    if (value == nullptr) {
      return fail(failed_error(fmt::format("cannot capture '{}': the answer has nothing at {}", name, text)));
    }
    m_secrets.note(name, *value);
    m_variables.set(name, *value);
  }
  return {};
}

/// One attempt. An error is one of the call; failed checks are in the result.
Status Run::attempt(const Step& step, StepResult& result)
{
  result.checks.clear();
  result.message.clear();
  const TimePoint start = system_now();
  DAVIT_TRY_ASSIGN(Observed observed, call(step));
  for (const auto& check : step.checks) {
    DAVIT_TRY_ASSIGN(CheckResult checked, evaluate(check, observed, start));
    result.checks.push_back(std::move(checked));
  }
  const auto is_about_errors = [](const Check& check) { return check.subject == Check::Subject::function_error; };
  if (!observed.answer.function_error.empty() && std::none_of(step.checks.begin(), step.checks.end(), is_about_errors)) {
    result.checks.push_back(
        {.check = "function_error", .expected = {{"exists", false}}, .actual = m_secrets.masked(observed.answer.body), .ok = false});
  }
  const bool ok = std::all_of(result.checks.begin(), result.checks.end(), [](const CheckResult& check) { return check.ok; });
  result.status = ok ? StepStatus::passed : StepStatus::failed;
  // Later steps and the clean-up need what can be had, even of an answer that is not what was expected.
  const auto captured = capture(step, observed.answer);
  return ok ? captured : Status{};
}

StepResult Run::run_step(const Step& step, const std::string& phase)
{
  StepResult result{.name = step.name, .phase = phase};
  const auto start = steady_clock::now();
  for (bool again = true; again && interrupted() == 0;) {
    ++result.attempts;
    const auto attempted = attempt(step, result);
    if (!attempted) {
      const bool lacks_capture = !m_variables.take_missing().empty();
      result.status = lacks_capture ? StepStatus::skipped : StepStatus::error;
      result.message = m_secrets.masked_text(attempted.error().message);
    }
    const bool may_retry =
        attempted ? result.status == StepStatus::failed : result.status == StepStatus::error && can_be_retried(attempted.error());
    again = may_retry && result.attempts <= step.retry.times;
    if (again) {
      std::this_thread::sleep_for(step.retry.wait);
    }
  }
  result.duration_ms = static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start).count());
  return result;
}

StepResult skipped(const Step& step, const std::string& phase, const std::string& why)
{
  return {.name = step.name, .phase = phase, .status = StepStatus::skipped, .message = why};
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

SuiteResult run_suite(const Suite& suite, Target& target, const std::string& default_token, const StepListener& listener)
{
  Run run{suite, target, default_token};
  SuiteResult result{.name = suite.name, .file = suite.file.string(), .target = target.name()};
  std::string stop;
  if (const auto set = run.set_variables(); !set) {
    stop = set.error().message;
  }
  const auto add = [&](StepResult step) {
    listener(suite, step);
    result.steps.push_back(std::move(step));
  };
  const auto run_all = [&](const std::vector<Step>& steps, const std::string& phase) {
    for (const auto& step : steps) {
      const std::string why = interrupted() != 0 && phase != "cleanup" ? "interrupted" : stop;
      add(why.empty() ? run.run_step(step, phase) : skipped(step, phase, why));
      if (phase == "setup" && result.steps.back().status != StepStatus::passed && stop.empty()) {
        stop = fmt::format("setup step '{}' did not pass", step.name);
      }
    }
  };
  run_all(suite.setup, "setup");
  run_all(suite.steps, "step");
  // What was made has to go, whatever happened before.
  stop.clear();
  run_all(suite.cleanup, "cleanup");
  return result;
}

}  // namespace davit::commands::workflow::smoke
