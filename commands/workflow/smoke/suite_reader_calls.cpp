// SPDX-License-Identifier: Apache-2.0
// What a step does: a request, an event or a call of DynamoDB, how long and how often.
#include <fmt/format.h>

#include <algorithm>

#include "aws/core/file.hpp"
#include "cli/yaml/scalar.hpp"
#include "commands/workflow/smoke/suite_reader.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using cli::yaml::Kind;
using cli::yaml::Member;
using cli::yaml::Node;

constexpr int k_most_retries = 1000;
constexpr std::string_view k_request_keys[] = {"token", "headers", "json", "form", "body"};

bool is_request_key(std::string_view key)
{
  return std::find(std::begin(k_request_keys), std::end(k_request_keys), key) != std::end(k_request_keys);
}

bool is_method(std::string_view text)
{
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Braces may hold spaces: /products/{{ id }}.
bool has_space_outside_braces(std::string_view text)
{
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    inside = text.substr(i).starts_with("{{") || (inside && !text.substr(i).starts_with("}}"));
    if (text[i] == ' ' && !inside) {
      return true;
    }
  }
  return false;
}

/// RFC 9110 section 5.6.2.
bool is_header_name(std::string_view name)
{
  const auto is_token = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token);
}

std::string default_name(const Step& step)
{
  if (const auto* const request = std::get_if<RequestCall>(&step.call)) {
    return request->method + " " + request->path;
  }
  const auto* const item = std::get_if<ItemCall>(&step.call);
  return item != nullptr ? "item of " + item->table : "event";
}

}  // namespace

void SuiteReader::call(const Node& node, Step& step)
{
  const Node* const request_line = node.find("request");
  const Node* const event_file = node.find("event");
  const Node* const item_map = node.find("item");
  const int calls = (request_line != nullptr) + (event_file != nullptr) + (item_map != nullptr);
  if (calls != 1) {
    complain(node, fmt::format("a step needs one of `request`, `event` and `item`; this one has {}", calls));
  }
  if (request_line != nullptr) {
    step.call = request(*request_line, node.members);
  } else if (event_file != nullptr) {
    step.call = event(*event_file);
  } else if (item_map != nullptr) {
    step.call = item(*item_map);
  }
  for (const auto& member : node.members) {
    if (request_line == nullptr && is_request_key(member.key.text)) {
      complain(member.key, fmt::format("`{}` belongs to a `request`", member.key.text));
    }
  }
  step.name = step.name.empty() ? default_name(step) : step.name;
}

RequestCall SuiteReader::request(const Node& node, const std::vector<Member>& given)
{
  const std::string line = text(node);
  const std::size_t space = line.find(' ');
  RequestCall out{.method = line.substr(0, space), .path = space == std::string::npos ? "" : line.substr(space + 1)};
  const bool has_path = out.path.starts_with('/') || out.path.starts_with("{{");
  if (!is_method(out.method) || !has_path || has_space_outside_braces(out.path)) {
    complain(node, fmt::format("'{}' is no request", line), "write it as METHOD /path, for example GET /products?category=home");
  }
  placeholders(node);
  for (const auto& member : given) {
    if (is_request_key(member.key.text)) {
      request_member(member, out);
    }
  }
  if (out.json.has_value() + out.form.has_value() + out.body.has_value() > 1) {
    complain(node, "a request has one of `json`, `form` and `body`");
  }
  return out;
}

void SuiteReader::request_member(const Member& member, RequestCall& request)
{
  const std::string& key = member.key.text;
  placeholders(member.value);
  if (key == "token") {
    request.token = token(member.value);
  } else if (key == "json") {
    request.json = json(member.value);
  } else if (key == "body") {
    request.body = text(member.value);
  } else if (key == "form") {
    request.form = OrderedJson::object();
    for (const auto& field : members(member.value, "form")) {
      (*request.form)[field.key.text] = text(field.value);
    }
  } else {
    headers(member.value, request.headers);
  }
}

void SuiteReader::headers(const Node& node, aws::http::Headers& headers)
{
  for (const auto& field : members(node, "headers")) {
    const std::string value = text(field.value);
    if (!is_header_name(field.key.text)) {
      complain(field.key, fmt::format("\"{}\" is no name of a header", field.key.text));
    }
    if (headers.get(field.key.text)) {
      complain(field.key, fmt::format("the header \"{}\" is set twice", field.key.text), "names of headers differ by more than case");
    }
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      complain(field.value, "a header is one line");
    }
    headers.set(field.key.text, value);
  }
}

std::string SuiteReader::token(const Node& node)
{
  std::string profile = text(node);
  if (profile.empty() || profile == "none" || !m_surroundings.complaint_about_token) {
    return profile;
  }
  if (const auto complaint = m_surroundings.complaint_about_token(profile)) {
    complain(node, *complaint);
  }
  return profile;
}

EventCall SuiteReader::event(const Node& node)
{
  const std::filesystem::path file = m_file.parent_path() / text(node);
  if (!m_surroundings.has_function) {
    complain(node, "no function is known to send an event to", "use --target FUNCTION, or a davit.yaml with a handler");
  }
  const auto content = read_file(file);
  if (!content) {
    complain(node, content.error());
    return {};
  }
  auto event = parse_ordered_json(*content, file.string());
  if (!event) {
    const auto& places = event.error().diagnostics;
    m_problems.insert(m_problems.end(), places.begin(), places.end());
    return {};
  }
  placeholders(node, *event);
  return {.event = std::move(*event)};
}

ItemCall SuiteReader::item(const Node& node)
{
  ItemCall call;
  int verbs = 0;
  const auto verb = [&](ItemCall::Verb which) {
    return [&, which](const Node& n) {
      call.verb = which;
      call.argument = expect(n, Kind::mapping, "the key or item") ? json(n) : OrderedJson::object();
      ++verbs;
    };
  };
  const Field known[] = {
      {"table", [&](const Node& n) { call.table = text(n); }},
      {"get", verb(ItemCall::Verb::get)},
      {"put", verb(ItemCall::Verb::put)},
      {"update", verb(ItemCall::Verb::update)},
      {"delete", verb(ItemCall::Verb::remove)},
      {"query", verb(ItemCall::Verb::query)},
      {"set", [&](const Node& n) { call.set = expect(n, Kind::mapping, "`set`") ? json(n) : OrderedJson::object(); }},
      {"remove", [&](const Node& n) { call.remove = expect(n, Kind::sequence, "`remove`") ? json(n) : OrderedJson::array(); }},
      {"index", [&](const Node& n) { call.index = text(n); }},
  };
  placeholders(node);
  fields(node, "an item call", known);
  if (node.kind == Kind::mapping && (call.table.empty() || verbs != 1)) {
    complain(node, "an item call needs `table` and one of `get`, `put`, `update`, `delete` and `query`");
  }
  const bool changes = !call.set.empty() || !call.remove.empty();
  if (changes != (call.verb == ItemCall::Verb::update)) {
    complain(node, changes ? "`set` and `remove` belong to an `update`" : "an `update` needs `set` or `remove`");
  }
  if (!call.index.empty() && call.verb != ItemCall::Verb::query) {
    complain(node, "`index` belongs to a `query`");
  }
  const auto is_name = [](const OrderedJson& name) { return name.is_string() && !name.get_ref<const std::string&>().empty(); };
  if (!std::all_of(call.remove.begin(), call.remove.end(), is_name)) {
    complain(node, "`remove` is a list of names of attributes");
  }
  return call;
}

void SuiteReader::retry(const Node& node, Step& step)
{
  const Field known[] = {
      {"times",
       [&](const Node& n) {
         const auto times = cli::yaml::as_integer(n);
         if (!times || *times < 0 || *times > k_most_retries) {
           complain(n, fmt::format("retry times must be a number from 0 to {}", k_most_retries));
         } else {
           step.retry.times = static_cast<int>(*times);
         }
       }},
      {"wait", [&](const Node& n) { step.retry.wait = duration(n); }},
      {"stop_if",
       [&](const Node& n) {
         Step condition{.call = step.call};
         expectations(n, condition);
         step.retry.stop_if = std::move(condition.checks);
         const auto is_log = [](const Check& check) { return check.subject == Check::Subject::log; };
         if (step.retry.stop_if.empty() || std::any_of(step.retry.stop_if.begin(), step.retry.stop_if.end(), is_log)) {
           complain(n, "`stop_if` says what an answer is like after which no attempt helps",
                    "such as {status: 4xx, json: {$.state: failed}}");
         }
       }},
  };
  fields(node, "retry", known);
}

std::chrono::milliseconds SuiteReader::timeout(const Node& node)
{
  const std::size_t before = m_problems.size();
  const std::chrono::milliseconds limit = duration(node);
  if (limit.count() <= 0 && m_problems.size() == before) {
    complain(node, "a timeout is longer than nothing");
  }
  return limit;
}

}  // namespace davit::commands::workflow::smoke
