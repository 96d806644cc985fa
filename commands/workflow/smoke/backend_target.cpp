// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/backend_target.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "aws/crypto/random.hpp"
#include "aws/dynamodb/client.hpp"
#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/lambda/client.hpp"
#include "aws/lambda/http_event.hpp"
#include "aws/logs/client.hpp"
#include "cli/config/table_target.hpp"
#include "cli/local_state.hpp"
#include "commands/workflow/smoke/http_exchange.hpp"
#include "commands/workflow/token.hpp"

namespace davit::commands::workflow::smoke {
namespace {

namespace dynamodb = aws::dynamodb;

constexpr auto k_longest_log_delay = std::chrono::seconds{3};

/// A key or an item of a suite as DynamoDB's.
Result<dynamodb::Item> item_of(const OrderedJson& json)
{
  auto source = dynamodb::format::TextSource::of_text(json.dump(), "the item");
  const auto exact = dynamodb::format::read_json(source);
  if (!exact) {
    return fail(usage_error(exact.error().message));
  }
  const auto record = dynamodb::format::record_from_plain_json(*exact);
  if (!record.problems.empty()) {
    return fail(usage_error("the item cannot be stored: " + record.problems.front().message));
  }
  return record.item;
}

Answer answer_of(const std::optional<dynamodb::Item>& item)
{
  Answer answer;
  if (item) {
    answer.body = dynamodb::format::to_plain_json(*item);
    answer.json = OrderedJson::parse(answer.body, nullptr, false);
  }
  return answer;
}

std::string local_state_directory(const cli::Context& context)
{
  return context.globals().state.empty() ? (context.state_directory() / "local").string() : context.globals().state.string();
}

Result<Destination> local_destination(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const cli::LocalState state, cli::read_local_state(local_state_directory(context)));
  DAVIT_TRY_ASSIGN(const Url url, parse_url(state.gateway));
  const auto function = find_function(context, "");
  return Destination{.name = "local", .url = url, .function = function ? function->physical_name : "", .qualifier = {}};
}

}  // namespace

Result<Destination> find_destination(cli::Context& context, const std::string& target)
{
  if (target == "local") {
    return local_destination(context);
  }
  if (target.find("://") != std::string::npos) {
    DAVIT_TRY_ASSIGN(const Url url, parse_url(target));
    const auto function = find_function(context, "");
    return Destination{.name = target, .url = url, .function = function ? function->physical_name : "", .qualifier = {}};
  }
  const std::size_t colon = target.starts_with("arn:") ? std::string::npos : target.find(':');
  const std::string named = target.substr(0, colon);
  DAVIT_TRY_ASSIGN(const FunctionTarget function, find_function(context, named == "function" ? "" : named));
  return Destination{.name = target,
                     .url = std::nullopt,
                     .function = function.physical_name,
                     .qualifier = colon == std::string::npos ? "" : target.substr(colon + 1)};
}

Result<Answer> BackendTarget::send(const PreparedRequest& request)
{
  return m_destination.url ? exchange(m_http, *m_destination.url, request) : send_to_function(request);
}

Result<Answer> BackendTarget::send_to_function(const PreparedRequest& request)
{
  DAVIT_TRY_ASSIGN(aws::http::Request http, http_request(parse_url("http://localhost").value(), request));
  const OrderedJson event = aws::lambda::http_event(http, {.request_id = aws::crypto::random_uuid(), .time = system_now()});
  DAVIT_TRY_ASSIGN(Answer invoked, invoke_payload(event.dump()));
  if (!invoked.function_error.empty()) {
    return invoked;
  }
  const auto http_answer = aws::lambda::http_answer(invoked.body);
  Answer answer = answer_of(http_answer.status, http_answer.headers, http_answer.body);
  answer.log = std::move(invoked.log);
  return answer;
}

Result<Answer> BackendTarget::invoke_payload(const std::string& payload)
{
  if (m_destination.function.empty()) {
    return fail(usage_error("no function is known to send an event to", "use --target FUNCTION, or a davit.yaml with a handler"));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  aws::lambda::Client client{*session};
  DAVIT_TRY_ASSIGN(aws::lambda::InvokeOutput output,
                   client.invoke({.function = m_destination.function, .payload = payload, .qualifier = m_destination.qualifier}));
  Answer answer{.body = std::move(output.payload), .function_error = std::move(output.function_error), .log = std::move(output.log_tail)};
  OrderedJson parsed = OrderedJson::parse(answer.body, nullptr, false);
  if (!parsed.is_discarded()) {
    answer.json = std::move(parsed);
  }
  return answer;
}

Result<Answer> BackendTarget::invoke(const OrderedJson& event)
{
  return invoke_payload(event.dump());
}

Result<Answer> BackendTarget::call_item(const ItemCall& call)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, m_context.project_if_any());
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  const std::string table = cli::config::find_table(project, call.table).physical_name;
  DAVIT_TRY_ASSIGN(dynamodb::Item argument, item_of(call.argument));
  dynamodb::Client client{*session};
  switch (call.verb) {
    case ItemCall::Verb::put: {
      DAVIT_TRY(client.put_item({.table = table, .item = std::move(argument)}));
      return Answer{};
    }
    case ItemCall::Verb::remove: {
      DAVIT_TRY(client.delete_item({.table = table, .key = std::move(argument)}));
      return Answer{};
    }
    case ItemCall::Verb::get:
      break;
  }
  DAVIT_TRY_ASSIGN(const auto item, client.get_item({.table = table, .key = std::move(argument), .consistent = true}));
  return answer_of(item);
}

Result<std::string> BackendTarget::mint(const std::string& profile)
{
  return mint_token(m_context, profile);
}

Result<std::string> BackendTarget::log_since(TimePoint start)
{
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  aws::logs::Client client{*session};
  const auto deadline = std::chrono::steady_clock::now() + k_longest_log_delay;
  std::string out;
  // Lines arrive a moment after the answer.
  do {
    DAVIT_TRY_ASSIGN(const auto events, client.all_log_events({.group = "/aws/lambda/" + m_destination.function, .start = start}));
    out.clear();
    for (const auto& event : events) {
      out += event.message + (event.message.ends_with('\n') ? "" : "\n");
    }
    if (out.find("REPORT RequestId:") != std::string::npos) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  } while (std::chrono::steady_clock::now() < deadline);
  return out;
}

}  // namespace davit::commands::workflow::smoke
