// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "aws/dynamodb/attribute_value.hpp"

namespace davit::aws::local::dynamodb {

using aws::dynamodb::AttributeType;
using aws::dynamodb::AttributeValue;
using aws::dynamodb::Item;

/// A document path: attribute and member names, and indexes of lists. The first element is a name. Before it is resolved, a name may
/// be a placeholder ("#n").
using PathElement = std::variant<std::string, std::uint64_t>;
using Path = std::vector<PathElement>;

/// "[a, [1], b]", as the service prints a path.
std::string to_string(const Path& path);

/// An operand or a condition. One type for both, because the service parses first and tells what does not fit together afterwards.
struct Node {
  enum class Kind {
    path,
    value,     ///< `text` is the placeholder (":v") until it is resolved
    function,  ///< `text` is its name; in an update expression also "+" and "-"
    compare,   ///< `text` is =, <>, <, <=, > or >=
    between,   ///< three arguments: operand, lower, upper
    in,        ///< operand, then the candidates
    all_of,    ///< AND
    any_of,    ///< OR
    none_of,   ///< NOT, one argument
  };
  Kind kind = Kind::path;
  std::string text;
  Path path;
  AttributeValue value;
  std::vector<Node> arguments;

  [[nodiscard]] bool is_condition() const { return kind > Kind::function; }
};

struct ConditionExpression {
  Node root;
};

/// One clause of an update expression.
struct UpdateAction {
  enum class Kind { set, remove, add, erase };
  Kind kind = Kind::set;
  Path path;
  Node operand;  ///< of set; of add and erase a value
};

struct UpdateExpression {
  std::vector<UpdateAction::Kind> sections;  ///< as written; each kind is allowed once
  std::vector<UpdateAction> actions;
};

struct ProjectionExpression {
  std::vector<Path> paths;
};

}  // namespace davit::aws::local::dynamodb
