// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/expression/placeholder_resolution.hpp"

namespace davit::aws::local::dynamodb {

inline bool is_call(const Node& node)
{
  return node.kind == Node::Kind::function;
}

/// Whether conditions have a function of this name.
bool is_condition_function(std::string_view name);

/// The first complaint of `look` about a node, parents behind their arguments, as they were read.
template <typename NodeType, typename Look>
Complaint first_complaint(NodeType& node, Look look)
{
  for (auto& argument : node.arguments) {
    if (auto complaint = first_complaint(argument, look)) {
      return complaint;
    }
  }
  return look(node);
}

}  // namespace davit::aws::local::dynamodb
