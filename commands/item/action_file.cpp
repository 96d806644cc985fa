// SPDX-License-Identifier: Apache-2.0
#include "commands/item/action_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "aws/core/spelling.hpp"
#include "aws/dynamodb/format/expression_text.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "commands/item/document_path.hpp"
#include "commands/item/exact_yaml.hpp"
#include "commands/item/update_expression.hpp"

namespace davit::commands::item {

using aws::dynamodb::AttributeValue;
using aws::dynamodb::Item;
using aws::dynamodb::TransactionElement;
using aws::dynamodb::TransactionKind;
using aws::dynamodb::format::ExactJson;
using aws::dynamodb::format::ExpressionKind;
using aws::dynamodb::format::JsonMember;
using aws::dynamodb::format::Place;

namespace {

struct KindName {
  std::string_view name;
  TransactionKind kind;
};
constexpr std::array<KindName, 5> k_kinds{{{"put", TransactionKind::put},
                                           {"update", TransactionKind::update},
                                           {"delete", TransactionKind::remove},
                                           {"check", TransactionKind::check},
                                           {"get", TransactionKind::get}}};

std::vector<std::string> members_of(TransactionKind kind)
{
  switch (kind) {
    case TransactionKind::put:
      return {"table", "item", "condition", "names", "values"};
    case TransactionKind::update:
      return {"table", "key", "set", "add", "take", "remove", "update", "condition", "names", "values"};
    case TransactionKind::remove:
    case TransactionKind::check:
      return {"table", "key", "condition", "names", "values"};
    case TransactionKind::get:
      return {"table", "key", "projection", "names"};
  }
  return {};
}

const ExactJson* find(const ExactJson& object, std::string_view name)
{
  const auto found =
      std::find_if(object.members.begin(), object.members.end(), [&](const JsonMember& member) { return member.name == name; });
  return found == object.members.end() ? nullptr : &found->value;
}

/// Collects problems; what cannot be read stays as it was.
class ActionReader
{
public:
  ActionReader(std::string file, std::vector<Diagnostic>& problems) : m_file(std::move(file)), m_problems(problems) {}

  ActionFile read(const ExactJson& root)
  {
    ActionFile out{.name = m_file, .token = {}, .actions = {}};
    const ExactJson* list = &root;
    if (root.kind == ExactJson::Kind::object) {
      check_members(root, {"token", "actions"});
      out.token = text(root, "token");
      list = find(root, "actions");
    }
    if (list == nullptr || list->kind != ExactJson::Kind::array) {
      complain(root.at, "a transaction is a list of actions, or an object with `actions`",
               "such as [{\"put\": {\"table\": \"orders\", \"item\": {...}}}]");
      return out;
    }
    for (const auto& element : list->elements) {
      read_action(element, out);
    }
    judge(root, out);
    return out;
  }

private:
  void complain(Place at, std::string message, std::string hint = {})
  {
    m_problems.push_back(
        {.file = m_file, .line = static_cast<int>(at.line), .column = at.column, .message = std::move(message), .hint = std::move(hint)});
  }

  void check_members(const ExactJson& object, const std::vector<std::string>& known)
  {
    for (const auto& member : object.members) {
      if (std::find(known.begin(), known.end(), member.name) == known.end()) {
        const auto suggestion = nearest(member.name, known);
        complain(member.value.at, fmt::format("there is no \"{}\" here", member.name),
                 suggestion ? fmt::format("did you mean \"{}\"?", *suggestion) : "");
      }
    }
  }

  void judge(const ExactJson& root, const ActionFile& file)
  {
    if (file.actions.empty() && m_problems.empty()) {
      complain(root.at, "there is no action in it");
    }
    if (file.actions.size() > aws::dynamodb::k_max_transaction) {
      complain(file.actions[aws::dynamodb::k_max_transaction].at,
               fmt::format("a transaction has at most {} actions, this has {}", aws::dynamodb::k_max_transaction, file.actions.size()));
    }
    if (file.token.size() > aws::dynamodb::k_max_client_token) {
      complain(root.at, fmt::format("a token has at most {} characters", aws::dynamodb::k_max_client_token));
    }
    for (const auto& action : file.actions) {
      if ((action.element.kind == TransactionKind::get) != file.is_read()) {
        complain(action.at, "a transaction gets or writes, not both", "put the gets into a file of their own");
        return;
      }
    }
  }

  void read_action(const ExactJson& json, ActionFile& out)
  {
    const JsonMember* member = json.kind == ExactJson::Kind::object ? json.only_member() : nullptr;
    if (member == nullptr || member->value.kind != ExactJson::Kind::object) {
      complain(json.at, "an action is an object of one member: put, update, delete, check or get");
      return;
    }
    const auto* const kind = std::find_if(k_kinds.begin(), k_kinds.end(), [&](const KindName& name) { return name.name == member->name; });
    if (kind == k_kinds.end()) {
      complain(json.at, fmt::format("an action is put, update, delete, check or get, not {}", member->name));
      return;
    }
    const ExactJson& body = member->value;
    check_members(body, members_of(kind->kind));
    FileAction action{.at = json.at,
                      .table = text(body, "table"),
                      .element = {.kind = kind->kind, .table = {}, .item = {}, .expression = {}, .condition = {}}};
    if (action.table.empty()) {
      complain(body.at, "an action needs a table");
    }
    read_element(body, action.element);
    out.actions.push_back(std::move(action));
  }

  void read_element(const ExactJson& body, TransactionElement& out)
  {
    out.item = item(body, out.kind == TransactionKind::put ? "item" : "key");
    read_placeholders(body, out.placeholders);
    out.condition = expression(body, "condition", ExpressionKind::condition, out.placeholders);
    if (out.kind == TransactionKind::get) {
      out.expression = expression(body, "projection", ExpressionKind::projection, out.placeholders);
    } else if (out.kind == TransactionKind::update) {
      out.expression = update(body, out.placeholders);
    } else if (out.kind == TransactionKind::check && out.condition.empty()) {
      complain(body.at, "a check needs a condition");
    }
  }

  std::string text(const ExactJson& object, std::string_view name)
  {
    const ExactJson* found = find(object, name);
    if (found != nullptr && found->kind != ExactJson::Kind::string) {
      complain(found->at, fmt::format("{} is a text", name));
    }
    return found == nullptr ? "" : found->text;
  }

  /// Literal values and reserved words are moved into the placeholders.
  std::string expression(const ExactJson& body, const char* name, ExpressionKind kind, aws::dynamodb::Placeholders& placeholders)
  {
    const std::string written = text(body, name);
    auto expanded = aws::dynamodb::format::expand_expression(written, kind, name, placeholders);
    if (!expanded) {
      complain(find(body, name)->at, expanded.error().message, expanded.error().hint);
    }
    return expanded.value_or(written);
  }

  Item item(const ExactJson& body, const char* name)
  {
    const ExactJson* found = find(body, name);
    if (found == nullptr || found->kind != ExactJson::Kind::object) {
      complain(found == nullptr ? body.at : found->at, fmt::format("this needs {}, an object in plain JSON", name));
      return {};
    }
    auto record = aws::dynamodb::format::record_from_plain_json(*found);
    for (const auto& problem : record.problems) {
      complain(problem.at, problem.message);
    }
    if (const auto hashed = aws::dynamodb::format::hash_passwords(record); !hashed) {
      complain(found->at, hashed.error().message);
    }
    return std::move(record.item);
  }

  std::optional<AttributeValue> value(const ExactJson& json)
  {
    auto read = aws::dynamodb::format::value_from_plain_json(json);
    if (!read) {
      complain(read.error().at, read.error().message);
      return std::nullopt;
    }
    return std::move(*read);
  }

  const ExactJson* object(const ExactJson& body, const char* name)
  {
    const ExactJson* found = find(body, name);
    if (found != nullptr && found->kind != ExactJson::Kind::object) {
      complain(found->at, fmt::format("{} is an object", name));
      return nullptr;
    }
    return found;
  }

  void read_placeholders(const ExactJson& body, aws::dynamodb::Placeholders& out)
  {
    if (const ExactJson* names = object(body, "names")) {
      for (const auto& member : names->members) {
        if (member.value.kind != ExactJson::Kind::string) {
          complain(member.value.at, fmt::format("{} stands for a name, which is a text", member.name));
        }
        out.names.emplace(member.name, member.value.text);
      }
    }
    if (const ExactJson* values = object(body, "values")) {
      for (const auto& member : values->members) {
        if (auto read = value(member.value)) {
          out.values.emplace(member.name, std::move(*read));
        }
      }
    }
  }

  std::optional<UpdateExpression::Path> path(const std::string& text, Place at)
  {
    auto parsed = parse_document_path(text);
    if (!parsed || parsed->has_value) {
      complain(at, parsed ? fmt::format("'{}' is no path alone", text) : parsed.error().message, parsed ? "" : parsed.error().hint);
      return std::nullopt;
    }
    return std::move(parsed->path);
  }

  using Apply = void (UpdateExpression::*)(const UpdateExpression::Path&, AttributeValue);

  void read_assignments(const ExactJson& body, const char* name, UpdateExpression& out, Apply apply)
  {
    const ExactJson* assignments = object(body, name);
    if (assignments == nullptr) {
      return;
    }
    for (const auto& member : assignments->members) {
      const auto where = path(member.name, member.value.at);
      auto read = value(member.value);
      if (where && read) {
        (out.*apply)(*where, std::move(*read));
      }
    }
  }

  std::string update(const ExactJson& body, aws::dynamodb::Placeholders& placeholders)
  {
    UpdateExpression out{placeholders};
    read_assignments(body, "set", out, &UpdateExpression::set);
    read_assignments(body, "add", out, &UpdateExpression::add);
    read_assignments(body, "take", out, &UpdateExpression::take);
    if (const ExactJson* removed = find(body, "remove")) {
      for (const auto& element : removed->elements) {
        if (const auto where = path(element.text, element.at)) {
          out.remove(*where);
        }
      }
    }
    const std::string whole = expression(body, "update", ExpressionKind::update, placeholders);
    if (whole.empty() == out.text().empty()) {
      complain(body.at, "an update says once what to change: by set, add, take and remove, or by a whole expression in update");
    }
    return whole + out.text();
  }

  std::string m_file;
  std::vector<Diagnostic>& m_problems;
};

}  // namespace

bool ActionFile::is_read() const
{
  return !actions.empty() && actions.front().element.kind == TransactionKind::get;
}

Result<ActionFile> read_actions(std::string_view text, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const ExactJson root, read_exactly(text, name));
  Error error = usage_error(fmt::format("{} is no transaction", name), "`davit help item transact` shows one");
  ActionFile out = ActionReader{name, error.diagnostics}.read(root);
  std::stable_sort(error.diagnostics.begin(), error.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
  return error.diagnostics.empty() ? Result<ActionFile>(std::move(out)) : fail(std::move(error));
}

}  // namespace davit::commands::item
