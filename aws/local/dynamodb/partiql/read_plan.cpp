// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/partiql/read_plan.hpp"

#include <fmt/format.h>

#include "aws/local/dynamodb/expression/compare.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

using aws::dynamodb::AttributeValue;
using Operator = KeyCondition::Operator;

constexpr std::size_t k_max_branches = 100;

/// Conditions that hold together; a row that fulfils the whole fulfils those of one branch.
using Branch = std::vector<Node>;

const std::string* attribute_of(const Node& node)
{
  return node.kind == Node::Kind::path && node.path.size() == 1 ? std::get_if<std::string>(&node.path.front()) : nullptr;
}

Node equality(const Node& path, const Node& value)
{
  return {.kind = Node::Kind::compare, .text = "=", .arguments = {path, value}};
}

/// Every choice of one branch of each, joined. Nothing when they are too many.
std::optional<std::vector<Branch>> product(const std::vector<Branch>& left, const std::vector<Branch>& right)
{
  if (left.size() * right.size() > k_max_branches) {
    return std::nullopt;
  }
  std::vector<Branch> out;
  for (const Branch& one : left) {
    for (const Branch& other : right) {
      out.push_back(one);
      out.back().insert(out.back().end(), other.begin(), other.end());
    }
  }
  return out;
}

bool is_about_key(const Node& node, const KeySchema& key)
{
  const auto* name = node.path.empty() ? nullptr : std::get_if<std::string>(&node.path.front());
  return (name != nullptr && key.find(*name) != nullptr) ||
         std::any_of(node.arguments.begin(), node.arguments.end(), [&key](const Node& argument) { return is_about_key(argument, key); });
}

/// IN on a key is as many equalities.
std::vector<Branch> branches_of_in(const Node& node, const KeySchema& key)
{
  const std::string* name = attribute_of(node.arguments[0]);
  if (name == nullptr || key.find(*name) == nullptr) {
    return {{node}};
  }
  std::vector<Branch> out;
  for (std::size_t i = 1; i < node.arguments.size(); ++i) {
    out.push_back({equality(node.arguments[0], node.arguments[i])});
  }
  return out;
}

/// The condition as branches of which one must hold; what is not about the key stays as it is. Nothing when they are too many. Depth is
/// bounded by the parser.
std::optional<std::vector<Branch>> branches_of(const Node& node, const KeySchema& key)
{
  if (node.kind == Node::Kind::in) {
    return branches_of_in(node, key);
  }
  const bool is_joined = node.kind == Node::Kind::all_of || node.kind == Node::Kind::any_of;
  if (!is_joined || !is_about_key(node, key)) {
    return std::vector<Branch>{{node}};
  }
  std::vector<Branch> out;
  if (node.kind == Node::Kind::all_of) {
    out.emplace_back();
  }
  for (const Node& argument : node.arguments) {
    auto branches = branches_of(argument, key);
    if (branches && node.kind == Node::Kind::all_of) {
      branches = product(out, *branches);
      out.clear();
    }
    if (!branches || out.size() + branches->size() > k_max_branches) {
      return std::nullopt;
    }
    out.insert(out.end(), branches->begin(), branches->end());
  }
  return out;
}

/// What a condition asks of one attribute by comparing it with values.
struct Asked {
  std::string attribute;
  KeyCondition condition;
};

std::optional<Operator> operator_of(const Node& node, bool is_turned)
{
  if (node.kind == Node::Kind::between) {
    return Operator::between;
  }
  if (node.kind == Node::Kind::function && node.text == "begins_with") {
    return Operator::begins_with;
  }
  if (node.kind != Node::Kind::compare || node.text == "<>") {
    return std::nullopt;
  }
  if (node.text == "=") {
    return Operator::equal;
  }
  const bool is_less = (node.text[0] == '<') != is_turned;
  const bool or_equal = node.text.size() > 1;
  return is_less ? (or_equal ? Operator::less_or_equal : Operator::less) : (or_equal ? Operator::greater_or_equal : Operator::greater);
}

std::optional<Asked> asked_of(const Node& node)
{
  const bool compares = node.kind == Node::Kind::compare && node.arguments.size() == 2;
  const bool is_turned = compares && node.arguments[0].kind == Node::Kind::value;
  const auto operation = operator_of(node, is_turned);
  if (!operation || node.arguments.size() < 2) {
    return std::nullopt;
  }
  const std::string* name = attribute_of(node.arguments[is_turned ? 1 : 0]);
  Asked asked{.attribute = name == nullptr ? "" : *name, .condition = {.comparison = *operation, .values = {}}};
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    if (i == (is_turned ? 1U : 0U)) {
      continue;
    }
    if (node.arguments[i].kind != Node::Kind::value) {
      return std::nullopt;
    }
    asked.condition.values.push_back(node.arguments[i].value);
  }
  return name == nullptr ? std::nullopt : std::optional(std::move(asked));
}

/// The attribute that `NOT ...` or `<>` is about, as far as it is about one.
bool is_negated_about(const Node& node, const KeySchema& key)
{
  if (node.kind == Node::Kind::none_of) {
    return std::any_of(node.arguments.begin(), node.arguments.end(), [&key](const Node& argument) {
      const std::string* name = argument.arguments.empty() ? nullptr : attribute_of(argument.arguments[0]);
      return name != nullptr && key.find(*name) != nullptr;
    });
  }
  const std::string* name = node.kind == Node::Kind::compare && node.text == "<>" ? attribute_of(node.arguments[0]) : nullptr;
  return name != nullptr && key.find(*name) != nullptr;
}

struct Stretch {
  KeyRange range;
  std::vector<AttributeValue> partition;
  bool is_loose = false;  ///< it may overlap others
};

bool is_below(const KeyRange& a, const KeyRange& b)
{
  return !a.high.empty() && a.high <= b.low;
}

KeyRange common(const KeyRange& a, const KeyRange& b)
{
  KeyRange out{std::max(a.low, b.low), a.high.empty() || (!b.high.empty() && b.high < a.high) ? b.high : a.high};
  if (!out.high.empty() && out.high < out.low) {
    out.high = out.low;
  }
  return out;
}

/// The value that each partition attribute must equal; nothing when one is open.
std::optional<KeyConditions> partition_of(const std::vector<Asked>& asked, const KeySchema& key)
{
  KeyConditions partition;
  for (const KeyAttribute& attribute : key.partition) {
    const auto found = std::find_if(asked.begin(), asked.end(), [&attribute](const Asked& one) {
      return one.attribute == attribute.name && one.condition.comparison == Operator::equal;
    });
    if (found == asked.end()) {
      return std::nullopt;
    }
    partition.emplace(attribute.name, found->condition);
  }
  return partition;
}

/// Conditions on the sort attributes, each of which narrows the range further.
KeyRange range_of_branch(const std::vector<Asked>& asked, const KeyConditions& partition, const KeySchema& key)
{
  KeyRange range = range_of(partition, key);
  KeyConditions leading = partition;
  for (const KeyAttribute& attribute : key.sort) {
    std::optional<KeyCondition> equal;
    for (const Asked& one : asked) {
      if (one.attribute != attribute.name) {
        continue;
      }
      KeyConditions conditions = leading;
      conditions.emplace(attribute.name, one.condition);
      range = common(range, range_of(conditions, key));
      equal = one.condition.comparison == Operator::equal ? std::optional(one.condition) : equal;
    }
    if (!equal) {
      break;
    }
    leading.emplace(attribute.name, *equal);
  }
  return range;
}

Complaint key_type_complaint(const std::vector<Asked>& asked, const KeySchema& key)
{
  for (const Asked& one : asked) {
    const KeyAttribute* attribute = key.find(one.attribute);
    if (attribute == nullptr) {
      continue;
    }
    for (const AttributeValue& value : one.condition.values) {
      if (value.type() != attribute->type) {
        return "Key attribute's data type should match its data type in table's schema: Key " + attribute->name;
      }
      const bool is_partition = std::find(key.partition.begin(), key.partition.end(), *attribute) != key.partition.end();
      if (auto complaint = aws::dynamodb::refusal_of_key_value(value, *attribute, is_partition)) {
        return complaint;
      }
    }
  }
  return std::nullopt;
}

std::vector<Asked> all_asked(const Branch& branch)
{
  std::vector<Asked> out;
  for (const Node& node : branch) {
    if (auto asked = asked_of(node)) {
      out.push_back(std::move(*asked));
    }
  }
  return out;
}

Stretch stretch_of(const Branch& branch, const std::vector<Asked>& asked, const KeyConditions& partition, const KeySchema& key)
{
  Stretch out{.range = range_of_branch(asked, partition, key), .partition = {}};
  for (const KeyAttribute& attribute : key.partition) {
    out.partition.push_back(partition.at(attribute.name).values.front());
  }
  out.is_loose = std::any_of(branch.begin(), branch.end(), [&key](const Node& node) { return is_negated_about(node, key); });
  return out;
}

bool is_before(const Stretch& a, const Stretch& b)
{
  for (std::size_t i = 0; i < a.partition.size(); ++i) {
    if (const auto order = order_of(a.partition[i], b.partition[i]); order != 0) {
      return order < 0;
    }
  }
  return a.range.low < b.range.low;
}

/// Those that overlap are refused, unless one of them is loose: then they are read as one.
tl::expected<ReadPlan, std::string> joined_plan(std::vector<Stretch> stretches)
{
  std::erase_if(stretches, [](const Stretch& stretch) { return stretch.range.high == stretch.range.low && !stretch.range.high.empty(); });
  std::stable_sort(stretches.begin(), stretches.end(), is_before);
  ReadPlan plan{.is_keyed = true, .ranges = {}};
  bool last_is_loose = false;
  for (const Stretch& stretch : stretches) {
    const bool overlaps =
        !plan.ranges.empty() && !is_below(plan.ranges.back(), stretch.range) && !is_below(stretch.range, plan.ranges.back());
    if (!overlaps) {
      plan.ranges.push_back(stretch.range);
      last_is_loose = stretch.is_loose;
      continue;
    }
    if (!stretch.is_loose && !last_is_loose) {
      return tl::unexpected(std::string("Overlapping conditions with range keys are not supported in where clause"));
    }
    plan.ranges.back().high = std::max(plan.ranges.back().high, stretch.range.high);
    last_is_loose = true;
  }
  return plan;
}

}  // namespace

tl::expected<ReadPlan, std::string> read_plan_of(const ConditionExpression* condition, const KeySchema& key)
{
  const ReadPlan everything{.is_keyed = false, .ranges = {KeyRange()}};
  if (condition == nullptr) {
    return everything;
  }
  const auto branches = branches_of(condition->root, key);
  if (!branches) {
    return tl::unexpected(std::string("Too many decomposed read operations for a given query."));
  }
  std::vector<Stretch> stretches;
  bool is_keyed = true;
  for (const Branch& branch : *branches) {
    const auto asked = all_asked(branch);
    if (auto complaint = key_type_complaint(asked, key)) {
      return tl::unexpected(std::move(*complaint));
    }
    const auto partition = partition_of(asked, key);
    is_keyed = is_keyed && partition;
    if (is_keyed) {
      stretches.push_back(stretch_of(branch, asked, *partition, key));
    }
  }
  return is_keyed ? joined_plan(std::move(stretches)) : tl::expected<ReadPlan, std::string>(everything);
}

}  // namespace davit::aws::local::dynamodb::partiql
