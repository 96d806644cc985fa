// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands/terraform/hcl_lexer.hpp"

namespace davit::commands::terraform {

struct Attribute;

/// A type constraint of a variable: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
struct Type {
  enum class Kind { any, string, number, boolean, list, set, map, object, tuple };
  Kind kind = Kind::any;
  std::vector<Type> elements;         ///< one for list, set and map; any number for tuple
  std::vector<Attribute> attributes;  ///< of object
};

struct Attribute {
  std::string name;
  Type type;
  bool optional = false;
};

/// "map(object({...}))", on one line.
std::string to_string(const Type& type);

/// Reads the type that starts at tokens[at], and moves `at` behind it. The error is a diagnostic with its place in `file`.
Result<Type> read_type(const TokenizedFile& file, std::size_t& at);

}  // namespace davit::commands::terraform
