// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/backend_target.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "aws/auth/environment.hpp"
#include "aws/dynamodb/client.hpp"
#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/lambda/client.hpp"
#include "aws/lambda/http_event.hpp"
#include "aws/logs/client.hpp"
#include "cli/config/table_target.hpp"
#include "cli/local_state.hpp"
#include "commands/workflow/request_event.hpp"

namespace davit::commands::workflow::smoke {
namespace {

namespace dynamodb = aws::dynamodb;

/// Twice what an HTTP API waits for its function (API Gateway quotas: 30 s).
constexpr std::chrono::milliseconds k_http_limit{60'000};

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
  }
  return answer;
}

/// Writes names and values behind placeholders, so that reserved words are no matter.
class Expression
{
public:
  explicit Expression(dynamodb::Placeholders& placeholders) : m_placeholders(placeholders) {}

  /// "#n0 = :v0", `between` between several.
  std::string equalities(const dynamodb::Item& values, std::string_view between)
  {
    std::string out;
    for (const auto& [name, value] : values) {
      const std::string key = fmt::format(":v{}", m_placeholders.values.size());
      m_placeholders.values.emplace(key, value);
      out += fmt::format("{}{} = {}", out.empty() ? "" : between, reference(name), key);
    }
    return out;
  }

  std::string reference(const std::string& name)
  {
    const std::string key = fmt::format("#n{}", m_placeholders.names.size());
    m_placeholders.names.emplace(key, name);
    return key;
  }

private:
  dynamodb::Placeholders& m_placeholders;
};

Result<dynamodb::UpdateItemRequest> update_request(const std::string& table, const ItemCall& call)
{
  dynamodb::UpdateItemRequest request{.table = table, .return_values = "ALL_NEW"};
  DAVIT_TRY_ASSIGN(request.key, item_of(call.argument));
  DAVIT_TRY_ASSIGN(const dynamodb::Item set, item_of(call.set));
  Expression expression{request.placeholders};
  const std::string assignments = expression.equalities(set, ", ");
  std::string removals;
  for (const auto& name : call.remove) {
    removals += (removals.empty() ? "" : ", ") + expression.reference(name.get<std::string>());
  }
  request.update = (assignments.empty() ? "" : "SET " + assignments) + (removals.empty() ? "" : " REMOVE " + removals);
  return request;
}

/// The items of one partition, all pages, as a JSON list.
Result<Answer> query(dynamodb::Client& client, const std::string& table, const ItemCall& call)
{
  dynamodb::QueryRequest request;
  request.table = table;
  request.index = call.index;
  request.consistent = call.index.empty();
  DAVIT_TRY_ASSIGN(const dynamodb::Item key, item_of(call.argument));
  request.key_condition = Expression{request.placeholders}.equalities(key, " AND ");
  Answer answer;
  do {
    DAVIT_TRY_ASSIGN(dynamodb::Page page, client.query(request));
    for (const auto& item : page.items) {
      answer.body += (answer.body.empty() ? "[" : ",") + dynamodb::format::to_plain_json(item);
    }
    request.start_key = std::move(page.last_key);
  } while (!request.start_key.empty());
  answer.body += answer.body.empty() ? "[]" : "]";
  return answer;
}

std::string local_state_directory(const cli::Context& context)
{
  return context.globals().state.empty() ? (context.state_directory() / "local").string() : context.globals().state.string();
}

std::optional<FunctionTarget> handler_if_any(cli::Context& context)
{
  auto function = find_function(context, "");
  return function ? std::optional(std::move(*function)) : std::nullopt;
}

Result<Destination> local_destination(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const cli::LocalState state, cli::read_local_state(local_state_directory(context)));
  DAVIT_TRY_ASSIGN(const Url url, parse_url(state.gateway));
  return Destination{.name = "local", .url = url, .function = handler_if_any(context), .qualifier = {}};
}

Result<Destination> url_destination(cli::Context& context, const std::string& target)
{
  DAVIT_TRY_ASSIGN(const Url url, parse_url(target));
  if (target.find_first_of("?#") != std::string::npos) {
    return fail(usage_error(fmt::format("the target '{}' has a query or fragment", target), "paths of steps are appended to it"));
  }
  return Destination{.name = target, .url = url, .function = handler_if_any(context), .qualifier = {}};
}

aws::http::ClientSettings http_settings()
{
  const auto bundle = aws::auth::Environment::of_process().get("AWS_CA_BUNDLE");
  return {.ca_bundle = bundle ? std::optional<std::filesystem::path>(*bundle) : std::nullopt};
}

}  // namespace

Result<Destination> find_destination(cli::Context& context, const std::string& target)
{
  if (target == "local") {
    return local_destination(context);
  }
  if (target.find("://") != std::string::npos) {
    return url_destination(context, target);
  }
  const std::size_t colon = target.starts_with("arn:") ? std::string::npos : target.find(':');
  const std::string named = target.substr(0, colon);
  DAVIT_TRY_ASSIGN(FunctionTarget function, find_function(context, named == "function" ? "" : named));
  return Destination{.name = target,
                     .url = std::nullopt,
                     .function = std::move(function),
                     .qualifier = colon == std::string::npos ? "" : target.substr(colon + 1)};
}

BackendTarget::BackendTarget(cli::Context& context, Destination destination)
    : m_context(context), m_destination(std::move(destination)), m_http(http_settings()), m_tokens(context)
{
}

Result<Answer> BackendTarget::send(const PreparedRequest& request, TimeLimit limit)
{
  return m_destination.url ? m_http.send(*m_destination.url, request, limit.value_or(k_http_limit)) : send_to_function(request, limit);
}

Result<Answer> BackendTarget::send_to_function(const PreparedRequest& request, TimeLimit limit)
{
  DAVIT_TRY_ASSIGN(aws::http::Request http, http_request(parse_url("https://localhost").value(), request));
  DAVIT_TRY_ASSIGN(Answer invoked, invoke_payload(request_event(std::move(http)), limit));
  if (!invoked.function_error.empty()) {
    return invoked;
  }
  const auto http_answer = aws::lambda::http_answer(invoked.body);
  Answer answer = answer_of(http_answer.status, http_answer.headers, http_answer.body);
  answer.log = std::move(invoked.log);
  return answer;
}

Result<Answer> BackendTarget::invoke_payload(const std::string& payload, TimeLimit limit)
{
  if (!m_destination.function) {
    return fail(usage_error("no function is known to send an event to", "use --target FUNCTION, or a davit.yaml with a handler"));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  aws::lambda::Client client{*session};
  const FunctionTarget& function = *m_destination.function;
  DAVIT_TRY_ASSIGN(aws::lambda::InvokeOutput output, client.invoke({.function = function.physical_name,
                                                                    .payload = payload,
                                                                    .qualifier = m_destination.qualifier,
                                                                    .function_timeout = function.timeout,
                                                                    .read_timeout = limit}));
  Answer answer{.body = std::move(output.payload), .function_error = std::move(output.function_error), .log = std::move(output.log_tail)};
  return answer;
}

Result<Answer> BackendTarget::invoke(const OrderedJson& event, TimeLimit limit)
{
  return invoke_payload(event.dump(), limit);
}

Result<Answer> BackendTarget::call_item(const ItemCall& call)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, m_context.project_if_any());
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  const std::string table = cli::config::find_table(project, call.table).physical_name;
  dynamodb::Client client{*session};
  if (call.verb == ItemCall::Verb::query) {
    return query(client, table, call);
  }
  if (call.verb == ItemCall::Verb::update) {
    DAVIT_TRY_ASSIGN(const auto request, update_request(table, call));
    return client.update_item(request).map([](const dynamodb::Item& item) { return answer_of(item); });
  }
  DAVIT_TRY_ASSIGN(dynamodb::Item argument, item_of(call.argument));
  if (call.verb == ItemCall::Verb::put) {
    DAVIT_TRY(client.put_item({.table = table, .item = std::move(argument)}));
    return Answer{};
  }
  if (call.verb == ItemCall::Verb::remove) {
    DAVIT_TRY(client.delete_item({.table = table, .key = std::move(argument)}));
    return Answer{};
  }
  return client.get_item({.table = table, .key = std::move(argument), .consistent = true}).map([](const auto& item) {
    return answer_of(item);
  });
}

Result<std::string> BackendTarget::log_since(TimePoint start)
{
  if (!m_destination.function) {
    return fail(usage_error("no function is known to read the log of", "use --target FUNCTION, or a davit.yaml with a handler"));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, m_context.session());
  aws::logs::Client client{*session};
  const auto events = client.all_log_events({.group = "/aws/lambda/" + m_destination.function->physical_name, .start = start});
  if (!events && events.error().kind != ErrorKind::not_found) {
    return fail(events.error());
  }
  std::string out;
  // The first invocation of a function makes its group.
  for (const auto& event : events ? *events : std::vector<aws::logs::LogEvent>{}) {
    out += event.message + (event.message.ends_with('\n') ? "" : "\n");
  }
  return out;
}

}  // namespace davit::commands::workflow::smoke
