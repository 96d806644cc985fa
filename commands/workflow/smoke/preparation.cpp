// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/preparation.hpp"

#include <fmt/format.h>

#include "aws/core/uri.hpp"
#include "commands/workflow/smoke/expectation.hpp"

namespace davit::commands::workflow::smoke {
namespace {

/// What a path or query may hold (RFC 3986 section 3.3) and what is left as the suite wrote it; the rest is percent-encoded.
constexpr std::string_view k_kept_in_path = "/?:@!$&'()*+,;=%[]";

std::string form_encoded(const OrderedJson& form)
{
  std::string out;
  for (const auto& [name, value] : form.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    out += (out.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(text);
  }
  return out;
}

std::string content_type_of(const RequestCall& call)
{
  return call.json ? "application/json" : call.form ? "application/x-www-form-urlencoded" : "";
}

Result<std::string> body_of(const RequestCall& call, const Variables& variables)
{
  if (call.json) {
    return variables.expand(*call.json).map([](const OrderedJson& body) {
      return body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    });
  }
  return call.form ? variables.expand(*call.form).map(form_encoded) : variables.expand(call.body.value_or(""));
}

Result<PreparedRequest> prepare(const RequestCall& call, const Variables& variables)
{
  PreparedRequest out{.method = call.method};
  DAVIT_TRY_ASSIGN(const std::string path, variables.expand(call.path));
  if (!path.starts_with('/')) {
    return fail(usage_error(fmt::format("the path '{}' does not begin with '/'", path)));
  }
  out.path = percent_encode(path, k_kept_in_path);
  DAVIT_TRY_ASSIGN(out.body, body_of(call, variables));
  if (const std::string type = content_type_of(call); !type.empty()) {
    out.headers.set("Content-Type", type);
  }
  for (const auto& [name, value] : call.headers.fields()) {
    DAVIT_TRY_ASSIGN(const std::string expanded, variables.expand(value));
    out.headers.set(name, expanded);
  }
  return out;
}

Result<EventCall> prepare(const EventCall& call, const Variables& variables)
{
  return variables.expand(call.event).map([](OrderedJson event) { return EventCall{.event = std::move(event)}; });
}

Result<ItemCall> prepare(const ItemCall& call, const Variables& variables)
{
  ItemCall out = call;
  DAVIT_TRY_ASSIGN(out.table, variables.expand(call.table));
  DAVIT_TRY_ASSIGN(out.argument, variables.expand(call.argument));
  DAVIT_TRY_ASSIGN(out.set, variables.expand(call.set));
  DAVIT_TRY_ASSIGN(out.remove, variables.expand(call.remove));
  return out;
}

Result<std::vector<Check>> prepare_checks(const std::vector<Check>& checks, const Variables& variables)
{
  std::vector<Check> out;
  for (Check check : checks) {
    if (check.subject != Check::Subject::schema) {
      DAVIT_TRY_ASSIGN(check.name, variables.expand(check.name));
      DAVIT_TRY_ASSIGN(check.expected, variables.expand(check.expected));
    }
    if (const auto complaint = complaint_about(check)) {
      return fail(usage_error(fmt::format("{}: {}", check.title(), *complaint)));
    }
    out.push_back(std::move(check));
  }
  return out;
}

}  // namespace

Result<PreparedStep> prepare(const Step& step, const Variables& variables)
{
  PreparedStep out;
  const auto prepare_call = [&](const auto& call) -> Status {
    DAVIT_TRY_ASSIGN(out.call, prepare(call, variables));
    return {};
  };
  DAVIT_TRY(std::visit(prepare_call, step.call));
  DAVIT_TRY_ASSIGN(out.checks, prepare_checks(step.checks, variables));
  DAVIT_TRY_ASSIGN(out.stop_if, prepare_checks(step.retry.stop_if, variables));
  return out;
}

}  // namespace davit::commands::workflow::smoke
