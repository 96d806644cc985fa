// SPDX-License-Identifier: Apache-2.0
// The record of an update, in bytes as the service was measured to count them; no documentation tells.
#include "aws/local/dynamodb/update_size.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "aws/dynamodb/item_size.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_update = 3;
constexpr std::size_t k_write = 19;
constexpr std::size_t k_removal = 1;
constexpr std::size_t k_target_step = 4;
constexpr std::size_t k_operand_path = 1;
constexpr std::size_t k_operand_step = 14;

struct Function {
  std::string_view name;
  std::size_t size;
};

constexpr std::array<Function, 4> k_functions{{{"+", 34}, {"-", 37}, {"list_append", 37}, {"if_not_exists", 39}}};

std::size_t size_of(const PathElement& element)
{
  const auto* name = std::get_if<std::string>(&element);
  return name != nullptr ? name->size() : std::to_string(std::get<std::uint64_t>(element)).size();
}

std::size_t names_size(const Path& path)
{
  return std::accumulate(path.begin(), path.end(), std::size_t{0},
                         [](std::size_t sum, const auto& element) { return sum + size_of(element); });
}

std::size_t target_size(const Path& path)
{
  return names_size(path) + k_target_step * (path.size() - 1);
}

/// What a path reads is free, and so is the result; a value counts at every use.
std::size_t operand_size(const Node& node)
{
  if (node.kind == Node::Kind::path) {
    return k_operand_path + names_size(node.path) + k_operand_step * node.path.size();
  }
  if (node.kind == Node::Kind::value) {
    return aws::dynamodb::value_size(node.value);
  }
  const auto function =
      std::find_if(k_functions.begin(), k_functions.end(), [&](const Function& known) { return known.name == node.text; });
  std::size_t size = function == k_functions.end() ? 0 : function->size;
  for (const Node& argument : node.arguments) {
    size += operand_size(argument);
  }
  return size;
}

std::size_t action_size(const UpdateAction& action)
{
  const bool removes = action.kind == UpdateAction::Kind::remove || action.kind == UpdateAction::Kind::erase;
  return target_size(action.path) + (removes ? k_removal : k_write + operand_size(action.operand));
}

Complaint limit_complaint(std::size_t size)
{
  return size <= aws::dynamodb::k_max_item_size ? std::nullopt : Complaint("Item size to update has exceeded the maximum allowed size");
}

}  // namespace

Complaint update_size_complaint(const UpdateExpression& update)
{
  std::size_t size = k_update;
  for (const UpdateAction& action : update.actions) {
    size += action_size(action);
  }
  return limit_complaint(size);
}

Complaint updated_size_complaint(const Item& after)
{
  return limit_complaint(aws::dynamodb::item_size(after));
}

}  // namespace davit::aws::local::dynamodb
