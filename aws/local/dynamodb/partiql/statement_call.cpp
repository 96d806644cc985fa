// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/partiql/statement_call.hpp"

#include <fmt/format.h>

#include <set>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/item_checks.hpp"
#include "aws/local/dynamodb/item_writes.hpp"
#include "aws/local/dynamodb/read_page.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

tl::expected<Parameters, std::string> read_parameters(const Json& input)
{
  Parameters parameters;
  const Json* list = member_of(input, "Parameters");
  if (list == nullptr) {
    return parameters;
  }
  for (const Json& json : *list) {
    auto value = aws::dynamodb::attribute_value_from_json(json);
    if (!value) {
      return tl::unexpected(message_of(value.error(), ValueWords::older));
    }
    parameters.push_back(std::move(*value));
  }
  return parameters;
}

/// A checked condition, made here and not written by anyone.
Node function_of(std::string name, const std::string& attribute)
{
  return {.kind = Node::Kind::function, .text = std::move(name), .arguments = {Node{.kind = Node::Kind::path, .path = {attribute}}}};
}

/// The parts joined by AND, the first of them made here.
tl::expected<std::vector<Node>, std::string> conditions_of(const std::vector<const Term*>& terms, const Parameters& parameters)
{
  std::vector<Node> nodes;
  for (const Term* term : terms) {
    if (!term->is_condition() && term->kind != Term::Kind::call && term->kind != Term::Kind::binary) {
      return tl::unexpected(std::string("The arguments to AND/OR must be Expressions"));
    }
    auto condition = condition_of(*term, parameters);
    if (!condition) {
      return tl::unexpected(std::move(condition).error());
    }
    nodes.push_back(std::move(condition->root));
  }
  return nodes;
}

Node joined(Node::Kind kind, std::vector<Node> nodes)
{
  return {.kind = kind, .arguments = std::move(nodes)};
}

/// An UPDATE, and an EXISTS, need an item to be there. A DELETE is content when there is none, whatever else its WHERE asks for.
std::optional<ConditionExpression> write_condition(Statement::Kind kind, const std::string& key, std::vector<Node> others)
{
  if (kind == Statement::Kind::erase) {
    if (others.empty()) {
      return std::nullopt;
    }
    Node holds = joined(Node::Kind::all_of, std::move(others));
    return ConditionExpression{joined(Node::Kind::any_of, {function_of("attribute_not_exists", key), std::move(holds)})};
  }
  others.insert(others.begin(), function_of("attribute_exists", key));
  return ConditionExpression{joined(Node::Kind::all_of, std::move(others))};
}

Outcome<WriteAction> insert_action(const StatementCall& call)
{
  auto item = item_of(*call.statement.item, call.parameters);
  if (!item) {
    return validation_error(std::move(item).error());
  }
  for (const KeyAttribute& attribute : call.table->key().attributes()) {
    const auto found = item->find(attribute.name);
    if (found == item->end()) {
      return validation_error("Key attribute should be present in the item: Key " + attribute.name);
    }
    if (found->second.type() != attribute.type) {
      return validation_error("Key attribute's data type should match its data type in table's schema: Key " + attribute.name);
    }
  }
  DAVIT_REFUSE_IF(size_complaint(*item));
  DAVIT_REFUSE_IF(nesting_complaint(*item));
  return WriteAction{.kind = WriteAction::Kind::insert, .item = std::move(*item), .expressions = {}, .tells_old = call.tells_old};
}

WriteAction::Kind action_kind(Statement::Kind kind)
{
  return kind == Statement::Kind::update  ? WriteAction::Kind::update
         : kind == Statement::Kind::erase ? WriteAction::Kind::erase
                                          : WriteAction::Kind::check;
}

/// The name under which PartiQL shows an attribute: the last one, or the first with an index behind it.
std::string shown_name(const Path& path, std::size_t& used)
{
  std::string name;
  for (used = 0; used < path.size(); ++used) {
    if (const auto* index = std::get_if<std::uint64_t>(&path[used])) {
      ++used;
      return fmt::format("{}[{}]", name, *index);
    }
    name = std::get<std::string>(path[used]);
  }
  return name;
}

}  // namespace

tl::expected<StatementCall, std::string> read_statement_call(const Json& input)
{
  auto parameters = read_parameters(input);
  if (!parameters) {
    return tl::unexpected(std::move(parameters).error());
  }
  auto statement = parse_statement(text_member(input, "Statement"));
  if (!statement) {
    return tl::unexpected(std::move(statement).error());
  }
  if (statement->parameters != parameters->size()) {
    return tl::unexpected(std::string("Number of parameters in request and statement don't match."));
  }
  if (statement->item) {
    if (auto item = item_of(*statement->item, *parameters); !item) {
      return tl::unexpected(std::move(item).error());
    }
  }
  return StatementCall{.statement = std::move(*statement),
                       .parameters = std::move(*parameters),
                       .is_consistent = flag_member(input, "ConsistentRead"),
                       .tells_old = tells_old(input)};
}

Outcome<void> find_table_of(Engine& engine, const Caller& caller, StatementCall& call)
{
  DAVIT_ANSWER_ASSIGN(call.table, usable_table(engine, caller, call.statement.source.front()));
  return {};
}

Outcome<WriteAction> write_action_of(const StatementCall& call)
{
  const Statement& statement = call.statement;
  if (statement.source.size() > 1) {
    return validation_error(statement.kind == Statement::Kind::exists ? "Operations on indices are not supported in transactions"
                                                                      : "This operation is not supported on an index");
  }
  if (statement.kind == Statement::Kind::insert) {
    return insert_action(call);
  }
  const KeySchema& key = call.table->key();
  auto where = item_condition_of(statement.where, call.parameters, key);
  auto others = where ? conditions_of(where->others, call.parameters) : tl::unexpected(where.error());
  if (!others) {
    return validation_error(std::move(others).error());
  }
  if (statement.kind == Statement::Kind::exists && others->empty()) {
    return validation_error("EXISTS() must contain a single item read with additional condition");
  }
  WriteAction action{.kind = action_kind(statement.kind), .item = std::move(where->key), .expressions = {}, .tells_old = call.tells_old};
  action.expressions.condition = write_condition(statement.kind, key.partition.front().name, std::move(*others));
  if (statement.kind == Statement::Kind::update) {
    auto update = update_of(statement.assignments, call.parameters);
    if (!update) {
      return validation_error(std::move(update).error());
    }
    action.expressions.update = std::move(*update);
  }
  return action;
}

std::optional<Item> returned_item(const StatementCall& call, const WriteAction& action, const Written& written)
{
  if (call.statement.returning.empty()) {
    return std::nullopt;
  }
  const std::string& which = call.statement.returning.front().which;
  const std::optional<Item>& shown = which.ends_with("OLD") ? written.before : written.after;
  if (!shown || which.starts_with("ALL")) {
    return shown;
  }
  std::vector<Path> paths;
  for (const UpdateAction& part : action.expressions.update->actions) {
    paths.push_back(part.path);
  }
  Item modified = project(*shown, paths);
  return modified.empty() ? std::nullopt : std::optional(std::move(modified));
}

Outcome<const Index*> index_of_select(const StatementCall& call, TimePoint now)
{
  if (call.statement.source.size() == 1) {
    return nullptr;
  }
  const Index* index = call.table->index(call.statement.source[1]);
  if (index == nullptr) {
    return validation_error("The table does not have the specified index");
  }
  if (!index->is_local && call.is_consistent) {
    return validation_error("Strongly consistent read is not supported on Global Secondary Indexes");
  }
  DAVIT_REFUSE_IF(filling_complaint(*call.table, *index, now));
  return index;
}

tl::expected<std::optional<ConditionExpression>, std::string> select_condition(const StatementCall& call)
{
  if (!call.statement.where) {
    return std::nullopt;
  }
  auto condition = condition_of(*call.statement.where, call.parameters);
  if (!condition) {
    return tl::unexpected(std::move(condition).error());
  }
  return std::move(*condition);
}

tl::expected<std::optional<ProjectionExpression>, std::string> select_projection(const StatementCall& call)
{
  if (call.statement.has_star) {
    return std::nullopt;
  }
  ProjectionExpression projection;
  std::set<std::string> names;
  for (const Term& term : call.statement.projection) {
    std::size_t used = 0;
    const std::string name = shown_name(term.path, used);
    if (!names.insert(name).second) {
      return tl::unexpected("Duplicate identifiers in select clause: " + name);
    }
    projection.paths.push_back(term.path);
  }
  return projection;
}

Item flattened(const Item& item, const ProjectionExpression& projection)
{
  Item out;
  for (const Path& path : projection.paths) {
    std::size_t used = 0;
    const std::string name = shown_name(path, used);
    const AttributeValue* whole = find(item, path);
    if (whole == nullptr) {
      continue;
    }
    // What stands behind the first index is shown in its place.
    const Item only = project(item, {path});
    Path shown(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(used));
    if (std::holds_alternative<std::uint64_t>(shown.back())) {
      shown.back() = std::uint64_t{0};
    }
    if (const AttributeValue* value = find(only, shown)) {
      out.insert_or_assign(name, *value);
    }
  }
  return out;
}

}  // namespace davit::aws::local::dynamodb::partiql
